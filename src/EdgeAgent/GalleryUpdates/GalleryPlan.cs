using ShiTu.Index.Gallery;

namespace ShiTu.EdgeAgent.GalleryUpdates;

/// <summary>What must change in the gallery: the chunks whose items are written, and the ids that go. Chunks that both generations share are not touched.</summary>
/// <param name="Changed">Chunks to read and write.</param>
/// <param name="Kept">Chunks that stay as they are.</param>
/// <param name="Removed">Ids that go.</param>
/// <param name="Written">Ids that are written.</param>
/// <param name="Local">Ids enrolled on the device: an overlay that no update touches.</param>
internal sealed record GalleryPlan(
    IReadOnlyList<ChunkReference> Changed, IReadOnlyList<ChunkReference> Kept, IReadOnlySet<string> Removed, IReadOnlySet<string> Written, IReadOnlySet<string> Local)
{
    /// <summary>Makes the plan; reads each changed chunk once, which checks it.</summary>
    /// <exception cref="RefusedException">A chunk is wrong, an id comes twice, or the views do not add up.</exception>
    public static GalleryPlan Make(GalleryManifest next, GalleryManifest? present, IReadOnlyList<GalleryItem> items, ChunkVectors vectors, CancellationToken cancellation)
    {
        var local = items.Where(item => item.Local).Select(item => item.Id).ToHashSet(StringComparer.Ordinal);
        var shared = (present?.Chunks.Select(chunk => chunk.Sha256) ?? []).ToHashSet(StringComparer.Ordinal);
        var changed = next.Chunks.Where(chunk => !shared.Contains(chunk.Sha256)).ToList();
        var written = new HashSet<string>(StringComparer.Ordinal);
        var views = 0L;
        foreach (var chunk in changed)
        {
            cancellation.ThrowIfCancellationRequested();
            foreach (var item in vectors.Read(chunk))
            {
                views += item.Views.Count;
                if (!written.Add(item.Item.Id))
                {
                    throw new RefusedException("chunk", $"The item '{item.Item.Id}' comes twice.");
                }
            }
        }

        if (present is null && views != next.Views)
        {
            throw new RefusedException("chunk", $"The chunks hold {views} views; {next.Views} are declared.");
        }

        var named = next.Chunks.Select(chunk => chunk.Sha256).ToHashSet(StringComparer.Ordinal);
        var before = present is null
            ? items.Where(item => !item.Local).Select(item => item.Id)
            : present.Chunks.Where(chunk => !named.Contains(chunk.Sha256)).SelectMany(vectors.Read).Select(item => item.Item.Id);
        var removed = before.Where(id => !written.Contains(id)).ToHashSet(StringComparer.Ordinal);
        return new GalleryPlan(changed, [.. next.Chunks.Where(chunk => shared.Contains(chunk.Sha256))], removed, written, local);
    }
}
