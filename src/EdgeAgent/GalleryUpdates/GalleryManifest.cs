using ShiTu.EdgeAgent.Events;

namespace ShiTu.EdgeAgent.GalleryUpdates;

/// <summary>A chunk as a manifest names it.</summary>
/// <param name="Sha256">Hash of its bytes, lower-case hex: its name.</param>
/// <param name="Bytes">Length.</param>
/// <param name="Items">Items in it; 0 for a piece of a model file.</param>
internal sealed record ChunkReference(string Sha256, int Bytes, int Items);

/// <summary>What gallery a device should hold (contract 2.1).</summary>
internal sealed record GalleryManifest : IContentManifest
{
    /// <summary>Most chunks of a manifest.</summary>
    public const int MostChunks = 65_536;

    /// <summary>The schema's name.</summary>
    public const string Schema = "shitu.gallery/1";

    /// <summary>Site it is for.</summary>
    public required string Site { get; init; }

    /// <summary>Devices it is for; <c>*</c> is every device of the site.</summary>
    public required IReadOnlyList<string> Devices { get; init; }

    /// <summary>Grows with every manifest of the site.</summary>
    public required long Generation { get; init; }

    /// <summary>When it was signed.</summary>
    public required DateTimeOffset Issued { get; init; }

    /// <summary>Until when it may be taken.</summary>
    public required DateTimeOffset Expires { get; init; }

    /// <summary>Model identity its vectors belong to.</summary>
    public required string Model { get; init; }

    /// <summary>Floats a vector.</summary>
    public required int Dimension { get; init; }

    /// <summary>Items of all chunks.</summary>
    public required int Items { get; init; }

    /// <summary>Views of all chunks.</summary>
    public required int Views { get; init; }

    /// <summary>The chunks, ordered by the hashes of the ids in them.</summary>
    public required IReadOnlyList<ChunkReference> Chunks { get; init; }

    /// <inheritdoc/>
    public string ContentHash => ManifestHead.ContentHash(Chunks);

    /// <summary>The JSON that is signed.</summary>
    public byte[] ToJson() => PayloadWriter.Object(this, static (json, manifest) =>
    {
        ManifestHead.Write(json, Schema, manifest);
        json.WriteNumber("dimension", manifest.Dimension);
        json.WriteNumber("items", manifest.Items);
        json.WriteNumber("views", manifest.Views);
        json.WriteString("content_hash", manifest.ContentHash);
        ManifestHead.WriteChunks(json, manifest.Chunks);
    });

    /// <summary>Reads one. Only bytes whose signature was checked are worth reading.</summary>
    /// <exception cref="RefusedException">It is none (<c>schema</c>), or does not fit itself (<c>size</c>, <c>chunk</c>).</exception>
    public static GalleryManifest Parse(ReadOnlyMemory<byte> payload)
    {
        using var document = ManifestHead.Parse(payload, Schema);
        var json = document.RootElement;
        var manifest = new GalleryManifest
        {
            Site = json.Text("site"),
            Devices = ManifestHead.Devices(json),
            Generation = json.Number("generation", 1),
            Issued = json.Time("issued"),
            Expires = json.Time("expires"),
            Model = json.Text("model"),
            Dimension = (int)json.Number("dimension", 1, 65_536),
            Items = (int)json.Number("items", 0, int.MaxValue),
            Views = (int)json.Number("views", 0, int.MaxValue),
            Chunks = ManifestHead.ReadChunks(json, MostChunks, hasItems: true),
        };
        if (manifest.ContentHash != json.Sha256("content_hash"))
        {
            throw new RefusedException("chunk", "content_hash is not that of the chunks: they are not those of one gallery.");
        }

        if (manifest.Chunks.Sum(chunk => (long)chunk.Items) != manifest.Items || manifest.Chunks.Select(chunk => chunk.Sha256).Distinct().Count() != manifest.Chunks.Count)
        {
            throw new RefusedException("chunk", $"The chunks do not add up to {manifest.Items} items, or one is named twice.");
        }

        return manifest;
    }
}
