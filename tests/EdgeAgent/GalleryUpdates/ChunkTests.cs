using System.Formats.Cbor;
using System.Security.Cryptography;
using ShiTu.EdgeAgent.GalleryUpdates;
using Xunit;

namespace ShiTu.EdgeAgent.Tests.GalleryUpdates;

public sealed class ChunkTests : IDisposable
{
    private const int Dimension = 8;
    private readonly string _folder = Directory.CreateTempSubdirectory("chunks-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void The_same_items_in_any_order_give_the_same_chunks_and_come_back_whole()
    {
        var items = Items(1000).ToList();
        var forth = ChunkBuilder.Build(items).ToList();
        var back = ChunkBuilder.Build(items.AsEnumerable().Reverse()).ToList();
        Assert.Equal(forth.Select(chunk => chunk.Reference), back.Select(chunk => chunk.Reference));
        var read = forth.SelectMany(chunk => GalleryChunk.Read(chunk.Bytes, Dimension)).OrderBy(item => item.Id, StringComparer.Ordinal).ToList();
        Assert.Equal(items.OrderBy(item => item.Id, StringComparer.Ordinal).Select(item => (item.Id, item.Label, item.Note)), read.Select(item => (item.Id, item.Label, item.Note)));
        Assert.All(forth, chunk => Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(chunk.Bytes)), chunk.Reference.Sha256));
    }

    [Fact]
    public void A_change_of_one_item_of_many_is_one_new_chunk()
    {
        var items = Items(5000).ToList();
        var before = ChunkBuilder.Build(items).Select(chunk => chunk.Reference.Sha256).ToHashSet();
        items[1234] = items[1234] with { Label = "another" };
        Assert.Single(ChunkBuilder.Build(items), chunk => !before.Contains(chunk.Reference.Sha256));
        items.Add(new ChunkItem("quite-new", "new", null, [View(1)]));
        Assert.InRange(ChunkBuilder.Build(items).Count(chunk => !before.Contains(chunk.Reference.Sha256)), 2, 3);
    }

    [Fact]
    public void Half_floats_keep_the_direction()
    {
        var random = new Random(1);
        var vector = Enumerable.Range(0, 512).Select(_ => (float)(random.NextDouble() - 0.5)).ToArray();
        var norm = MathF.Sqrt(vector.Sum(value => value * value));
        vector = [.. vector.Select(value => value / norm)];
        var back = HalfVector.Read(HalfVector.Write(vector));
        Assert.InRange(vector.Zip(back, (a, b) => a * b).Sum(), 0.99999f, 1.00001f);
        Assert.Equal("chunk", Assert.Throws<RefusedException>(() => HalfVector.Read(new byte[16])).Refusal.Check);
        Assert.Throws<RefusedException>(() => HalfVector.Read([0x00, 0x7E, 0x00, 0x3C]));
    }

    [Theory]
    [InlineData("9B0000FFFFFFFFFFFF", "an array of 2^48 items")]
    [InlineData("9F", "an array without an end")]
    [InlineData("81A1", "a map that is cut off")]
    [InlineData("8181818181818181", "nested arrays")]
    [InlineData("A0", "no array")]
    [InlineData("8000", "bytes behind the end")]
    [InlineData("81A26269645BFFFFFFFFFFFFFFFF", "a byte string of 2^64")]
    [InlineData("81A26269647BFFFFFFFFFFFFFF00", "a text of 2^64")]
    [InlineData("", "nothing")]
    public void Bytes_that_are_no_chunk_are_refused_whatever_they_declare(string hex, string what)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        var refused = Assert.Throws<RefusedException>(() => GalleryChunk.Read(Convert.FromHexString(hex), Dimension));
        Assert.True(refused.Refusal.Check is "chunk" or "size", what);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1 << 20);
    }

    [Fact]
    public void Indefinite_lengths_unsorted_keys_and_long_forms_are_refused()
    {
        var cbor = new CborWriter(CborConformanceMode.Lax);
        cbor.WriteStartArray(1);
        cbor.WriteStartMap(3);
        cbor.WriteTextString("views");
        cbor.WriteStartArray(0);
        cbor.WriteEndArray();
        cbor.WriteTextString("label");
        cbor.WriteTextString("x");
        cbor.WriteTextString("id");
        cbor.WriteTextString("x");
        cbor.WriteEndMap();
        cbor.WriteEndArray();
        Assert.Throws<RefusedException>(() => GalleryChunk.Read(cbor.Encode(), Dimension));
    }

    [Fact]
    public void Random_bytes_and_flipped_bits_never_do_more_than_be_refused()
    {
        var random = new Random(3);
        var good = ChunkBuilder.Build(Items(5)).Single().Bytes;
        for (var i = 0; i < 20_000; i++)
        {
            var bytes = good.ToArray();
            for (var flips = random.Next(1, 6); flips > 0; flips--)
            {
                bytes[random.Next(bytes.Length)] ^= (byte)(1 << random.Next(8));
            }

            try
            {
                GalleryChunk.Read(bytes.AsMemory(0, random.Next(2) == 0 ? bytes.Length : random.Next(bytes.Length)), Dimension);
            }
            catch (RefusedException)
            {
            }
        }
    }

    [Fact]
    public void The_store_keeps_only_what_is_declared_and_notices_damage()
    {
        var store = new ChunkStore(_folder);
        var chunk = ChunkBuilder.Build(Items(3)).Single();
        Assert.Throws<RefusedException>(() => store.Put(chunk.Reference, chunk.Bytes.AsSpan(1)));
        Assert.Throws<RefusedException>(() => store.Put(chunk.Reference with { Bytes = 5 }, chunk.Bytes));
        Assert.False(store.Has(chunk.Reference));
        store.Put(chunk.Reference, chunk.Bytes);
        Assert.Equal(chunk.Bytes, store.Read(chunk.Reference));
        var damaged = File.ReadAllBytes(Path.Combine(_folder, chunk.Reference.Sha256));
        damaged[7] ^= 1;
        File.WriteAllBytes(Path.Combine(_folder, chunk.Reference.Sha256), damaged);
        Assert.Equal("chunk", Assert.Throws<RefusedException>(() => store.Read(chunk.Reference)).Refusal.Check);
        Assert.False(store.Has(chunk.Reference));
    }

    internal static IEnumerable<ChunkItem> Items(int count, int dimension = Dimension) => Enumerable.Range(0, count).Select(i =>
        new ChunkItem($"sku-{i}", $"Gräddfil {i}", i % 2 == 0 ? "kyl" : null, [View(i, dimension)]));

    internal static ChunkView View(int seed, int dimension = Dimension)
    {
        var random = new Random(seed);
        var vector = Enumerable.Range(0, dimension).Select(_ => (float)(random.NextDouble() - 0.5)).ToArray();
        var norm = MathF.Sqrt(vector.Sum(value => value * value));
        return new ChunkView(HalfVector.Write([.. vector.Select(value => value / norm)]), null);
    }
}
