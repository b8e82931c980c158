namespace ShiTu.Index.Gallery;

/// <summary>Why a gallery is refused.</summary>
public enum GalleryFault
{
    /// <summary>The file is damaged or no gallery.</summary>
    Corrupt,

    /// <summary>It belongs to another model or dimension.</summary>
    OtherModel,

    /// <summary>A vector is not finite, zero, or of the wrong length.</summary>
    BadVector,

    /// <summary>An item exists already, or does not exist.</summary>
    Item,

    /// <summary>No space, no permission, or the disk failed.</summary>
    Storage,
}

/// <summary>A gallery operation that was refused; nothing was changed. The message says what, where and what would be right.</summary>
public sealed class GalleryException(GalleryFault fault, string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>Why.</summary>
    public GalleryFault Fault { get; } = fault;
}
