using ShiTu.Index.Gallery;

namespace ShiTu.EdgeAgent.GalleryUpdates;

/// <summary>What a signed gallery is made of.</summary>
internal sealed record SigningRequest
{
    /// <summary>Site it is for.</summary>
    public required string Site { get; init; }

    /// <summary>Devices it is for; <c>*</c> is all of the site.</summary>
    public IReadOnlyList<string> Devices { get; init; } = ["*"];

    /// <summary>Generation; 0 takes one more than the manifest that is in the folder.</summary>
    public long Generation { get; init; }

    /// <summary>How long it may be taken.</summary>
    public TimeSpan Validity { get; init; } = TimeSpan.FromDays(365);

    /// <summary>Model identity of the devices.</summary>
    public required string Model { get; init; }

    /// <summary>Floats a vector.</summary>
    public required int Dimension { get; init; }
}

/// <summary>The owner's side: a folder with <c>manifest.json</c>, <c>manifest.json.sig</c> and <c>chunks/</c>, ready for <c>gallery push</c> or a USB stick.</summary>
internal static class GallerySigning
{
    /// <summary>Name of the manifest.</summary>
    public const string ManifestFile = SignedFolder.ManifestFile;

    /// <summary>Items of a gallery database, with their vectors, or with the pictures that it keeps of them.</summary>
    /// <exception cref="InvalidDataException">Pictures are asked for, and an item lacks one.</exception>
    public static IEnumerable<ChunkItem> FromGallery(GalleryStore gallery, bool pictures = false) => gallery.Items().Select(item => new ChunkItem(
        item.Id, item.Label, item.Note, [.. pictures ? gallery.Pictures(item.Id).Select(picture => new ChunkView(null, Kept(picture, item.Id))) : gallery.Views(item.Id).Select(view => new ChunkView(HalfVector.Write(view.Vector), null))]));

    /// <summary>Items of a folder: a sub-folder an item, its JPEGs are the views. The devices embed them.</summary>
    /// <exception cref="InvalidDataException">There is no JPEG, or a picture is too large; the message names it.</exception>
    public static IEnumerable<ChunkItem> FromFolder(string folder)
    {
        foreach (var item in Directory.GetDirectories(folder).Order(StringComparer.Ordinal))
        {
            var pictures = Directory.GetFiles(item).Where(IsJpeg).Order(StringComparer.Ordinal).ToList();
            if (pictures.Count == 0)
            {
                throw new InvalidDataException($"{item} holds no .jpg or .jpeg.");
            }

            if (pictures.Find(file => new FileInfo(file).Length > GalleryChunk.MostBytes / 2) is { } large)
            {
                throw new InvalidDataException($"{large} is larger than {GalleryChunk.MostBytes / 2} bytes: 640 pixels on the longer side are plenty.");
            }

            yield return new ChunkItem(Path.GetFileName(item), Path.GetFileName(item), null, [.. pictures.Select(file => new ChunkView(null, File.ReadAllBytes(file)))]);
        }
    }

    /// <summary>Builds the chunks, writes those that are new, removes what the manifest no longer names, and signs.</summary>
    public static async Task<GalleryManifest> SignAsync(IEnumerable<ChunkItem> items, SigningRequest request, SigningKey key, string output, TimeProvider time, CancellationToken cancellation)
    {
        var folder = new SignedFolder(output);
        var all = items.ToList();
        var references = new List<ChunkReference>();
        foreach (var chunk in ChunkBuilder.Build(all))
        {
            references.Add(chunk.Reference);
            await folder.AddAsync(chunk, cancellation).ConfigureAwait(false);
        }

        var now = time.GetUtcNow();
        var manifest = new GalleryManifest
        {
            Site = request.Site,
            Devices = request.Devices,
            Generation = request.Generation > 0 ? request.Generation : folder.NextGeneration(GalleryManifest.Parse),
            Issued = now,
            Expires = now + request.Validity,
            Model = request.Model,
            Dimension = request.Dimension,
            Items = all.Count,
            Views = all.Sum(item => item.Views.Count),
            Chunks = references,
        };
        folder.Sign(manifest.ToJson(), key);
        return manifest;
    }

    private static byte[] Kept(byte[]? picture, string item) =>
        picture ?? throw new InvalidDataException($"The gallery keeps no picture of a view of '{item}': enrol it again, with updates.keep_pictures.");

    private static bool IsJpeg(string file) => Path.GetExtension(file).ToLowerInvariant() is ".jpg" or ".jpeg";
}
