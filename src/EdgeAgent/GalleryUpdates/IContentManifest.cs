namespace ShiTu.EdgeAgent.GalleryUpdates;

/// <summary>What every manifest of content says, whatever the content: whom it is for, until when, of which models, in which chunks (contract 2.1).</summary>
internal interface IContentManifest
{
    /// <summary>Site it is for.</summary>
    string Site { get; }

    /// <summary>Devices it is for; <c>*</c> is every device of the site.</summary>
    IReadOnlyList<string> Devices { get; }

    /// <summary>Grows with every manifest of its kind and site.</summary>
    long Generation { get; }

    /// <summary>When it was signed.</summary>
    DateTimeOffset Issued { get; }

    /// <summary>Until when it may be taken.</summary>
    DateTimeOffset Expires { get; }

    /// <summary>Model identity: of the vectors, or of the set that results.</summary>
    string Model { get; }

    /// <summary>Every chunk, once.</summary>
    IReadOnlyList<ChunkReference> Chunks { get; }

    /// <summary>Hash of the content.</summary>
    string ContentHash { get; }
}
