using System.Security.Cryptography;
using System.Text;
using ShiTu.Index.Gallery;

namespace ShiTu.EdgeAgent.GalleryUpdates;

/// <summary>An item of a chunk as the gallery takes it.</summary>
internal sealed record ReadyItem(GalleryItem Item, IReadOnlyList<GalleryView> Views);

/// <summary>
/// Chunks as items with vectors. Pictures are embedded once a model; the vectors are kept beside the chunks, so that an update goes on after a restart where it was and the
/// gallery's transaction waits for no model.
/// </summary>
internal sealed class ChunkVectors(ChunkStore chunks, string folder, UpdateTarget target, PictureEmbedder? embed)
{
    private const int HashBytes = 32;
    private readonly string _model = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(target.Model)))[..8];

    /// <summary>Model identity of the vectors.</summary>
    public string Model => target.Model;

    /// <summary>The items of a chunk.</summary>
    /// <exception cref="RefusedException">It is damaged, not what the manifest declares, or holds a picture that cannot be embedded.</exception>
    public List<ReadyItem> Read(ChunkReference chunk)
    {
        var items = GalleryChunk.Read(chunks.Read(chunk), target.Dimension);
        if (items.Count != chunk.Items)
        {
            throw new RefusedException("chunk", $"The chunk {chunk.Sha256} holds {items.Count} items; {chunk.Items} are declared.");
        }

        var pictures = items.SelectMany(item => item.Views).Where(view => view.Picture is not null).Select(view => view.Picture!).ToList();
        var embedded = new Queue<float[]>(pictures.Count == 0 ? [] : Embedded(chunk, pictures));
        return [.. items.Select(item => new ReadyItem(
            new GalleryItem(item.Id, item.Label, item.Note, Local: false),
            [.. item.Views.Select(view => view.Picture is { } picture
                ? new GalleryView(embedded.Dequeue(), Convert.ToHexStringLower(SHA256.HashData(picture)), "update")
                : new GalleryView(HalfVector.Read(view.Vector), "", "update"))]))];
    }

    /// <summary>Forgets the vectors of chunks that are no longer kept.</summary>
    public void Sweep()
    {
        foreach (var file in Directory.Exists(folder) ? Directory.GetFiles(folder) : [])
        {
            if (!File.Exists(Path.Combine(chunks.Folder, Path.GetFileName(file).Split('-')[0])))
            {
                File.Delete(file);
            }
        }
    }

    private List<float[]> Embedded(ChunkReference chunk, List<byte[]> pictures)
    {
        var path = Path.Combine(folder, $"{chunk.Sha256}-{_model}");
        var bytesEach = target.Dimension * sizeof(float);
        if (File.Exists(path) && File.ReadAllBytes(path) is var kept && kept.Length == HashBytes + (bytesEach * pictures.Count) &&
            SHA256.HashData(kept.AsSpan(HashBytes)).AsSpan().SequenceEqual(kept.AsSpan(0, HashBytes)))
        {
            return [.. Enumerable.Range(0, pictures.Count).Select(i =>
            {
                var vector = new float[target.Dimension];
                Buffer.BlockCopy(kept, HashBytes + (i * bytesEach), vector, 0, bytesEach);
                return vector;
            })];
        }

        if (embed is null)
        {
            throw new RefusedException("chunk", "The gallery holds pictures, and no model is loaded here to embed them.") { MayRetry = true };
        }

        var vectors = pictures.ConvertAll(picture => embed(picture));
        var bytes = new byte[HashBytes + (bytesEach * vectors.Count)];
        for (var i = 0; i < vectors.Count; i++)
        {
            Buffer.BlockCopy(vectors[i], 0, bytes, HashBytes + (i * bytesEach), bytesEach);
        }

        SHA256.HashData(bytes.AsSpan(HashBytes), bytes.AsSpan(0, HashBytes));
        Directory.CreateDirectory(folder);
        File.WriteAllBytes(path + ".part", bytes);
        File.Move(path + ".part", path, overwrite: true);
        return vectors;
    }
}
