using System.Security.Cryptography;
using System.Text;
using ShiTu.EdgeAgent.GalleryUpdates;
using Xunit;

namespace ShiTu.EdgeAgent.Tests.GalleryUpdates;

/// <summary>Every way to change a gallery that is not the owner's own: each is refused with the receipt that names its check, and nothing changes.</summary>
public sealed class ManifestAttackTests
{
    [Fact]
    public Task An_unsigned_manifest() => RefuseAsync("signature", shop => Tamper(shop, (document, _) => document with { Signature = null, KeyId = null }));

    [Fact]
    public Task A_manifest_signed_with_a_strangers_key() => RefuseAsync("key", async shop =>
    {
        using var stranger = SigningKey.New();
        return await shop.SignAsync(Items(), 5, key: stranger);
    });

    [Fact]
    public Task A_manifest_signed_with_a_strangers_key_under_the_owners_name() => RefuseAsync("signature", shop => Tamper(shop, (document, _) =>
    {
        using var stranger = SigningKey.New();
        return SignedDocument.Sign(document.Payload.ToArray(), stranger) with { KeyId = document.KeyId };
    }));

    [Fact]
    public Task A_manifest_with_one_bit_flipped() => RefuseAsync("signature", shop => Tamper(shop, (document, _) =>
    {
        var bytes = document.Payload.ToArray();
        bytes[bytes.Length / 2] ^= 1;
        return document with { Payload = bytes };
    }));

    [Fact]
    public Task A_mix_of_one_manifest_and_the_signature_of_another() => RefuseAsync("signature", async shop =>
    {
        var other = SignedDocument.Read(Path.Combine(await shop.SignAsync(ChunkTests.Items(3, Shop.Dimension), 6), GallerySigning.ManifestFile));
        return await Tamper(shop, (document, _) => document with { Signature = other.Signature });
    });

    [Fact]
    public Task A_mix_of_the_chunks_of_two_manifests() => RefuseAsync("chunk", shop => Tamper(shop, (document, owner) =>
    {
        var json = Encoding.UTF8.GetString(document.Payload.Span).Replace("\"content_hash\":\"", "\"content_hash\":\"" + new string('0', 64) + "\",\"was\":\"", StringComparison.Ordinal);
        return SignedDocument.Sign(Encoding.UTF8.GetBytes(json), owner);
    }));

    [Fact]
    public Task An_expired_manifest() => RefuseAsync("expiry", shop => shop.SignAsync(Items(), 5, manifest => manifest with { Expires = shop.Clock.GetUtcNow() }));

    [Fact]
    public Task An_older_generation() => RefuseAsync("generation", shop => shop.SignAsync(Items(), 1));

    [Fact]
    public Task The_same_generation_with_other_content() => RefuseAsync("generation", shop => shop.SignAsync(Items(), 2));

    [Fact]
    public Task A_manifest_of_another_device() => RefuseAsync("target", shop => shop.SignAsync(Items(), 5, manifest => manifest with { Devices = ["till-4"] }));

    [Fact]
    public Task A_manifest_of_another_site() => RefuseAsync("target", shop => shop.SignAsync(Items(), 5, manifest => manifest with { Site = "s2" }));

    [Fact]
    public Task A_manifest_of_another_model() => RefuseAsync("model", shop => shop.SignAsync(Items(), 5, manifest => manifest with { Model = "m@2" }));

    [Fact]
    public Task Vectors_of_another_dimension() => RefuseAsync("model", shop => shop.SignAsync(Items(), 5, manifest => manifest with { Dimension = 8 }));

    [Fact]
    public Task More_items_than_this_device_takes() => RefuseAsync("size", shop => shop.SignAsync(Items(), 5), new UpdateOptions { MaxItems = 12 });

    [Fact]
    public Task A_chunk_declared_larger_than_a_chunk_may_be() => RefuseAsync("size", shop => shop.SignAsync(
        Items(), 5, manifest => manifest with { Chunks = [manifest.Chunks[0] with { Bytes = 2_000_000_000 }] }));

    [Fact]
    public Task A_chunk_that_is_missing() => RefuseAsync("chunk", async shop =>
    {
        var output = await shop.SignAsync(Items(), 5);
        File.Delete(Directory.GetFiles(Path.Combine(output, "chunks"))[0]);
        return output;
    });

    [Fact]
    public Task A_chunk_that_never_ends() => RefuseAsync("chunk", async shop =>
    {
        var output = await shop.SignAsync(Items(), 5);
        await using var chunk = new FileStream(Directory.GetFiles(Path.Combine(output, "chunks"))[0], FileMode.Append);
        chunk.SetLength(3L << 30);
        return output;
    });

    [Fact]
    public Task A_chunk_with_other_content_than_its_name() => RefuseAsync("chunk", async shop =>
    {
        var output = await shop.SignAsync(Items(), 5);
        var file = Directory.GetFiles(Path.Combine(output, "chunks"))[0];
        var bytes = await File.ReadAllBytesAsync(file);
        bytes[9] ^= 1;
        await File.WriteAllBytesAsync(file, bytes);
        return output;
    });

    [Theory]
    [InlineData("9B0000FFFFFFFFFFFF")]
    [InlineData("8181818181818181818181818181818181818181")]
    [InlineData("81A2626964606576696577738181A0")]
    public Task A_chunk_that_is_a_cbor_bomb_under_a_good_signature(string hex) => RefuseAsync("chunk", async shop =>
    {
        var bytes = Convert.FromHexString(hex);
        var reference = new ChunkReference(Convert.ToHexStringLower(SHA256.HashData(bytes)), bytes.Length, 1);
        var output = await shop.SignAsync(Items(), 5, manifest => manifest with { Chunks = [reference], Items = 1, Views = 1 });
        await File.WriteAllBytesAsync(Path.Combine(output, "chunks", reference.Sha256), bytes);
        return output;
    });

    [Fact]
    public async Task A_picture_that_decodes_to_more_than_is_taken()
    {
        // The header of a small JPEG, changed to declare 65,000 x 65,000 pixels.
        var jpeg = GalleryUpdaterTests.Jpeg(SkiaSharp.SKColors.Red, SkiaSharp.SKColors.Blue);
        var frame = jpeg.AsSpan().IndexOf((ReadOnlySpan<byte>)[0xFF, 0xC0]);
        (jpeg[frame + 5], jpeg[frame + 6], jpeg[frame + 7], jpeg[frame + 8]) = (0xFD, 0xE8, 0xFD, 0xE8);
        await RefuseAsync("chunk", shop => shop.SignAsync([GalleryUpdaterTests.Item("bomb", jpeg)], 5));
    }

    [Fact]
    public Task More_views_than_declared() => RefuseAsync("chunk", shop => shop.SignAsync(Items(), 5, manifest => manifest with { Items = 39 }));

    [Theory]
    [InlineData("{\"schema\":\"shitu.gallery/1\",\"schema\":\"x\"}")]
    [InlineData("{\"schema\":\"shitu.gallery/2\"}")]
    [InlineData("[[[[[[[[[[[[[[[[[[[[")]
    [InlineData("{\"schema\":\"shitu.gallery/1\",\"site\":7}")]
    [InlineData("{\"schema\":\"shitu.gallery/1\",\"site\":\"\\ud800\"}")]
    [InlineData("")]
    [InlineData("\uFFFF\u0001")]
    public Task Signed_bytes_that_are_no_manifest(string json) => RefuseAsync("schema", shop => Tamper(shop, (_, owner) => SignedDocument.Sign(Encoding.UTF8.GetBytes(json), owner)));

    [Fact]
    public Task Signed_bytes_that_are_not_utf8() => RefuseAsync("schema", shop => Tamper(shop, (_, owner) => SignedDocument.Sign([0x7B, 0x22, 0xC3, 0x28, 0x22, 0x3A, 0x31, 0x7D], owner)));

    [Fact]
    public Task A_revoked_key() => RefuseAsync("key", shop =>
    {
        shop.Keys.Replace(shop.Keys.All.Select(key => key with { Revoked = true }).ToList());
        return shop.SignAsync(Items(), 5);
    });

    [Fact]
    public async Task Truncated_and_flipped_manifests_never_do_more_than_be_refused()
    {
        await using var shop = new Shop();
        var good = SignedDocument.Read(Path.Combine(await shop.SignAsync(Items(), 1), GallerySigning.ManifestFile)).Payload.ToArray();
        var random = new Random(11);
        for (var i = 0; i < 20_000; i++)
        {
            var bytes = good.ToArray();
            for (var flips = random.Next(1, 4); flips > 0; flips--)
            {
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            }

            try
            {
                GalleryManifest.Parse(bytes.AsMemory(0, random.Next(2) == 0 ? bytes.Length : random.Next(bytes.Length)));
            }
            catch (RefusedException)
            {
            }
        }
    }

    private static IEnumerable<ChunkItem> Items() => ChunkTests.Items(40, Shop.Dimension);

    private static async Task<string> Tamper(Shop shop, Func<SignedDocument, SigningKey, SignedDocument> change)
    {
        var output = await shop.SignAsync(Items(), 5);
        var path = Path.Combine(output, GallerySigning.ManifestFile);
        var document = change(SignedDocument.Read(path), shop.Owner);
        File.Delete(path + ".sig");
        document.Write(path);
        return output;
    }

    private static async Task RefuseAsync(string check, Func<Shop, Task<string>> attack, UpdateOptions? options = null)
    {
        await using var shop = new Shop(options, Shop.Embed);
        var before = await shop.ApplyAsync(await shop.SignAsync(ChunkTests.Items(10, Shop.Dimension), 2));
        Assert.True(before!.Accepted, before.Refusal?.Text);
        var hash = shop.Gallery.ContentHash();
        var memory = GC.GetTotalAllocatedBytes();
        var receipt = await shop.ApplyAsync(await attack(shop));
        Assert.InRange(GC.GetTotalAllocatedBytes() - memory, 0, 64 << 20);
        Assert.Equal(check, receipt!.Refusal?.Check);
        Assert.False(receipt.Accepted);
        Assert.Equal(2, receipt.Generation);
        Assert.Equal(before.ContentHash, receipt.ContentHash);
        Assert.Equal(hash, shop.Gallery.ContentHash());
        Mqtt.Schemas.Check("receipt", receipt.ToJson());
    }
}
