using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using ShiTu.Index.Gallery;

namespace ShiTu.EdgeAgent.GalleryUpdates;

/// <summary>What must change in the gallery: the items that are written, the chunks they are in, and the ids that go. What both generations share is not touched.</summary>
/// <param name="Changed">Chunks to read; what is written is in them.</param>
/// <param name="Kept">Chunks that stay as they are.</param>
/// <param name="Removed">Ids that go.</param>
/// <param name="Written">Ids that are written.</param>
/// <param name="Local">Ids enrolled on the device: an overlay that no update touches.</param>
internal sealed record GalleryPlan(
    IReadOnlyList<ChunkReference> Changed, IReadOnlyList<ChunkReference> Kept, IReadOnlySet<string> Removed, IReadOnlySet<string> Written, IReadOnlySet<string> Local)
{
    /// <summary>Makes the plan; reads each changed chunk once, which checks it.</summary>
    /// <param name="next">The manifest that is taken.</param>
    /// <param name="present">The one whose content the gallery holds; null where it may hold anything.</param>
    /// <param name="gallery">The gallery.</param>
    /// <param name="vectors">Reads chunks.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <exception cref="RefusedException">A chunk is wrong or has vectors of other models, an id comes twice, or the views do not add up.</exception>
    public static GalleryPlan Make(GalleryManifest next, GalleryManifest? present, GalleryStore gallery, ChunkVectors vectors, CancellationToken cancellation)
    {
        var local = gallery.LocalIds();
        var shared = (present?.Chunks.Select(chunk => chunk.Sha256) ?? []).ToHashSet(StringComparer.Ordinal);
        var changed = next.Chunks.Where(chunk => !shared.Contains(chunk.Sha256)).ToList();
        var before = Before(next, present, gallery, vectors, local);
        var named = new HashSet<string>(StringComparer.Ordinal);
        var written = new HashSet<string>(StringComparer.Ordinal);
        var views = 0L;
        foreach (var chunk in changed)
        {
            cancellation.ThrowIfCancellationRequested();
            foreach (var item in vectors.Read(chunk))
            {
                views += item.Views.Count;
                if (next.Model != vectors.Model && item.Views.Any(view => view.PictureSha256.Length == 0))
                {
                    throw new RefusedException("model", $"'{item.Item.Id}' comes as vectors of the model {next.Model}; in use is {vectors.Model}. Sign it for the models in use, or from pictures.");
                }

                if (!named.Add(item.Item.Id))
                {
                    throw new RefusedException("chunk", $"The item '{item.Item.Id}' comes twice.");
                }

                if (!before.TryGetValue(item.Item.Id, out var digest) || !digest.AsSpan().SequenceEqual(Digest(item)))
                {
                    written.Add(item.Item.Id);
                }
            }
        }

        if (present is null && views != next.Views)
        {
            throw new RefusedException("chunk", $"The chunks hold {views} views; {next.Views} are declared.");
        }

        return new GalleryPlan(
            changed, [.. next.Chunks.Where(chunk => shared.Contains(chunk.Sha256))], before.Keys.Where(id => !named.Contains(id)).ToHashSet(StringComparer.Ordinal), written, local);
    }

    // What lies in chunks that the next manifest does not name any more, each item with its digest; without one, where the gallery may hold anything.
    private static Dictionary<string, byte[]?> Before(GalleryManifest next, GalleryManifest? present, GalleryStore gallery, ChunkVectors vectors, IReadOnlySet<string> local)
    {
        if (present is null)
        {
            return gallery.Items().Where(item => !local.Contains(item.Id)).ToDictionary(item => item.Id, _ => (byte[]?)null, StringComparer.Ordinal);
        }

        var named = next.Chunks.Select(chunk => chunk.Sha256).ToHashSet(StringComparer.Ordinal);
        return present.Chunks.Where(chunk => !named.Contains(chunk.Sha256)).SelectMany(vectors.Read).ToDictionary(item => item.Item.Id, item => (byte[]?)Digest(item), StringComparer.Ordinal);
    }

    private static byte[] Digest(ReadyItem item)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Append(Encoding.UTF8.GetBytes(item.Item.Label));
        Append(Encoding.UTF8.GetBytes(item.Item.Note ?? ""));
        foreach (var view in item.Views)
        {
            Append(MemoryMarshal.AsBytes(view.Vector.AsSpan()));
            Append(Encoding.UTF8.GetBytes(view.PictureSha256));
        }

        return hash.GetHashAndReset();

        void Append(ReadOnlySpan<byte> bytes)
        {
            Span<byte> length = stackalloc byte[4];
            BinaryPrimitives.WriteInt32LittleEndian(length, bytes.Length);
            hash.AppendData(length);
            hash.AppendData(bytes);
        }
    }
}
