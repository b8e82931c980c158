namespace ShiTu.Index.Storage;

/// <summary>Keys of the table <c>meta</c>.</summary>
internal static class MetaKey
{
    /// <summary>Model identity.</summary>
    public const string Model = "model";

    /// <summary>Floats a vector.</summary>
    public const string Dimension = "dimension";

    /// <summary>Generation of the content.</summary>
    public const string Generation = "generation";

    /// <summary>Hash of the content, written in the transaction that wrote the content.</summary>
    public const string Content = "content";

    /// <summary>Start of the keys that are kept for others.</summary>
    public const string NotePrefix = "note.";
}
