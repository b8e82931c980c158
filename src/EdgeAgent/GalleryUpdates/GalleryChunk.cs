using System.Formats.Cbor;

namespace ShiTu.EdgeAgent.GalleryUpdates;

/// <summary>A chunk's bytes: deterministic CBOR (RFC 8949, 4.2), an array of items <c>{id, note?, label, views:[{vector}|{picture}]}</c> (contract 2.2).</summary>
internal static class GalleryChunk
{
    /// <summary>Most bytes of a chunk.</summary>
    public const int MostBytes = 1 << 20;

    /// <summary>Most items of a chunk.</summary>
    public const int MostItems = 4096;

    /// <summary>Most views of an item.</summary>
    public const int MostViews = 256;

    private const int MostIdCharacters = 200;
    private const int MostTextCharacters = 2000;

    /// <summary>Writes a chunk; the same items give the same bytes.</summary>
    public static byte[] Write(IReadOnlyCollection<ChunkItem> items)
    {
        var cbor = new CborWriter(CborConformanceMode.Canonical);
        cbor.WriteStartArray(items.Count);
        foreach (var item in items.OrderBy(item => item.Id, StringComparer.Ordinal))
        {
            cbor.WriteStartMap(item.Note is null ? 3 : 4);
            Write(cbor, "id", item.Id);
            Write(cbor, "label", item.Label);
            if (item.Note is not null)
            {
                Write(cbor, "note", item.Note);
            }

            cbor.WriteTextString("views");
            cbor.WriteStartArray(item.Views.Count);
            foreach (var view in item.Views)
            {
                cbor.WriteStartMap(1);
                cbor.WriteTextString(view.Vector is null ? "picture" : "vector");
                cbor.WriteByteString(view.Vector ?? view.Picture ?? throw new ArgumentException($"A view of {item.Id} has neither vector nor picture.", nameof(items)));
                cbor.WriteEndMap();
            }

            cbor.WriteEndArray();
            cbor.WriteEndMap();
        }

        cbor.WriteEndArray();
        return cbor.Encode();
    }

    /// <summary>Reads a chunk. Nothing is allocated on a declared size: every length is measured against the bytes that are there.</summary>
    /// <param name="bytes">The chunk.</param>
    /// <param name="dimension">Floats a vector.</param>
    /// <exception cref="RefusedException">It is none (<c>chunk</c>).</exception>
    public static List<ChunkItem> Read(ReadOnlyMemory<byte> bytes, int dimension)
    {
        if (bytes.Length > MostBytes)
        {
            throw new RefusedException("size", $"A chunk of {bytes.Length} bytes; at most {MostBytes} are taken.");
        }

        try
        {
            var cbor = new CborReader(bytes, CborConformanceMode.Canonical);
            var count = Length(cbor.ReadStartArray(), MostItems, "items");
            var items = new List<ChunkItem>();
            for (var i = 0; i < count; i++)
            {
                items.Add(ReadItem(cbor, dimension));
            }

            cbor.ReadEndArray();
            return cbor.BytesRemaining == 0 ? items : throw new CborContentException("bytes behind the end");
        }
        catch (Exception e) when (e is CborContentException or InvalidOperationException or OverflowException or FormatException)
        {
            throw new RefusedException("chunk", $"A chunk is no deterministic CBOR of items: {e.Message}", e);
        }
    }

    private static void Write(CborWriter cbor, string name, string value)
    {
        cbor.WriteTextString(name);
        cbor.WriteTextString(value);
    }

    private static int Length(int? declared, int most, string what) =>
        declared is { } count && count <= most ? count : throw new RefusedException("chunk", $"A chunk declares {declared?.ToString() ?? "an open number of"} {what}; at most {most} are taken.");

    private static ChunkItem ReadItem(CborReader cbor, int dimension)
    {
        string? id = null;
        string? label = null;
        string? note = null;
        List<ChunkView>? views = null;
        var fields = Length(cbor.ReadStartMap(), 4, "fields");
        for (var i = 0; i < fields; i++)
        {
            switch (cbor.ReadTextString())
            {
                case "id":
                    id = cbor.ReadTextString();
                    break;
                case "label":
                    label = cbor.ReadTextString();
                    break;
                case "note":
                    note = cbor.ReadTextString();
                    break;
                case "views":
                    views = ReadViews(cbor, dimension);
                    break;
                case var other:
                    throw new RefusedException("chunk", $"An item has a field '{other}'; expected id, label, note, views.");
            }
        }

        cbor.ReadEndMap();
        if (id is null or { Length: 0 or > MostIdCharacters } || id.Any(char.IsControl) || label is null or { Length: 0 or > MostTextCharacters } || note?.Length > MostTextCharacters || views is not { Count: > 0 })
        {
            throw new RefusedException("chunk", $"The item '{id}' lacks an id, a label or views, or has one that is too long.");
        }

        return new ChunkItem(id, label, note, views);
    }

    private static List<ChunkView> ReadViews(CborReader cbor, int dimension)
    {
        var count = Length(cbor.ReadStartArray(), MostViews, "views of an item");
        var views = new List<ChunkView>();
        for (var i = 0; i < count; i++)
        {
            Length(cbor.ReadStartMap(), 1, "fields of a view");
            var kind = cbor.ReadTextString();
            var bytes = cbor.ReadByteString();
            cbor.ReadEndMap();
            views.Add(kind switch
            {
                "vector" when bytes.Length == 2 * dimension => new ChunkView(bytes, null),
                "picture" when bytes.Length > 0 => new ChunkView(null, bytes),
                _ => throw new RefusedException("chunk", $"A view is a '{kind}' of {bytes.Length} bytes; expected a vector of {2 * dimension} bytes or a picture."),
            });
        }

        cbor.ReadEndArray();
        return views;
    }
}
