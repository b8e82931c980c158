using System.Security.Cryptography;
using System.Text;

namespace ShiTu.EdgeAgent.GalleryUpdates;

/// <summary>A finished chunk.</summary>
internal sealed record BuiltChunk(ChunkReference Reference, byte[] Bytes);

/// <summary>
/// Cuts a gallery into chunks by the hash of the ids. A bucket that grows too large is split by the hash's next bit, alone: a change of one item changes one chunk (two where it
/// splits), whatever the size of the gallery.
/// </summary>
internal static class ChunkBuilder
{
    private const int ItemsBeforeSplit = 96;
    private const int BytesBeforeSplit = 384 << 10;

    /// <summary>The chunks, ordered by hash.</summary>
    /// <exception cref="InvalidDataException">An item alone is too large, or an id comes twice.</exception>
    public static IEnumerable<BuiltChunk> Build(IEnumerable<ChunkItem> items)
    {
        var hashed = items.Select(item => (Hash: SHA256.HashData(Encoding.UTF8.GetBytes(item.Id)), Item: item)).ToList();
        if (hashed.GroupBy(pair => pair.Item.Id).FirstOrDefault(group => group.Skip(1).Any()) is { } twice)
        {
            throw new InvalidDataException($"The item '{twice.Key}' comes twice.");
        }

        return hashed.Count == 0 ? [] : Split(hashed, 0);
    }

    private static IEnumerable<BuiltChunk> Split(List<(byte[] Hash, ChunkItem Item)> items, int depth)
    {
        if (items.Count <= ItemsBeforeSplit && items.Sum(pair => Size(pair.Item)) is var size && (size <= BytesBeforeSplit || items.Count == 1))
        {
            var bytes = GalleryChunk.Write([.. items.Select(pair => pair.Item)]);
            if (bytes.Length > GalleryChunk.MostBytes)
            {
                throw new InvalidDataException($"The item '{items[0].Item.Id}' takes {bytes.Length} bytes; at most {GalleryChunk.MostBytes} fit a chunk: fewer or smaller pictures.");
            }

            return [new BuiltChunk(new ChunkReference(Convert.ToHexStringLower(SHA256.HashData(bytes)), bytes.Length, items.Count), bytes)];
        }

        var bits = items.ToLookup(pair => (pair.Hash[depth >> 3] >> (7 - (depth & 7))) & 1);
        return bits.OrderBy(bit => bit.Key).SelectMany(bit => Split([.. bit], depth + 1));
    }

    private static long Size(ChunkItem item) => (2L * item.Id.Length) + (2L * item.Label.Length) + item.Views.Sum(view => (view.Vector ?? view.Picture)!.Length + 16L);
}
