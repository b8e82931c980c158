using System.Security.Cryptography;
using ShiTu.EdgeAgent.GalleryUpdates;
using ShiTu.EdgeAgent.ModelUpdates;
using ShiTu.EdgeAgent.Tests.Pipeline;
using ShiTu.Inference.Models;
using ShiTu.TestKit.Fuzzing;
using Xunit;

namespace ShiTu.EdgeAgent.Tests.ModelUpdates;

/// <summary>Every way to change the models that is not the owner's own, or that the device cannot answer for: each is refused with the receipt that names its check, and nothing changes.</summary>
public sealed class ModelAttackTests : IDisposable
{
    private readonly TinyModels _other = new(rotation: 1);

    public void Dispose() => _other.Dispose();

    [Fact]
    public Task An_unsigned_manifest() => RefuseAsync("signature", async shop => Rewrite(await GoodAsync(shop), document => document with { Signature = null, KeyId = null }));

    [Fact]
    public Task A_manifest_signed_with_a_strangers_key() => RefuseAsync("key", async shop =>
    {
        using var stranger = SigningKey.New();
        return await shop.SignAsync([_other.FeatureFolder], 5, key: stranger);
    });

    [Fact]
    public Task A_manifest_with_one_bit_flipped() => RefuseAsync("signature", async shop => Rewrite(await GoodAsync(shop), document =>
    {
        var bytes = document.Payload.ToArray();
        bytes[bytes.Length / 2] ^= 1;
        return document with { Payload = bytes };
    }));

    [Fact]
    public Task A_signed_manifest_of_a_gallery() => RefuseAsync("schema", shop => Task.FromResult(Path.Combine(shop.Folder, "gallery")));

    [Fact]
    public Task An_expired_manifest() => RefuseAsync("expiry", shop => shop.SignAsync([_other.FeatureFolder], 5, manifest => manifest with { Expires = shop.Clock.GetUtcNow() }));

    [Fact]
    public Task An_older_generation() => RefuseAsync("generation", shop => shop.SignAsync([_other.FeatureFolder], 2));

    [Fact]
    public Task A_manifest_of_another_device() => RefuseAsync("target", shop => shop.SignAsync([_other.FeatureFolder], 5, manifest => manifest with { Devices = ["till-4"] }));

    [Fact]
    public Task A_manifest_of_another_site() => RefuseAsync("target", shop => shop.SignAsync([_other.FeatureFolder], 5, manifest => manifest with { Site = "s2" }));

    [Fact]
    public Task More_bytes_than_this_device_takes() => RefuseAsync("size", GoodAsync, new UpdateOptions { MaxModelBytes = 1000 });

    [Fact]
    public Task A_piece_declared_larger_than_a_chunk_may_be() => RefuseAsync("size", shop => shop.SignAsync(
        [_other.FeatureFolder], 5, manifest => ChangeFile(manifest, "model.bin", file => file with { Bytes = 2_000_000, Pieces = [file.Pieces[0] with { Bytes = 2_000_000 }] })));

    [Fact]
    public Task Pieces_that_do_not_add_up() => RefuseAsync("chunk", shop => shop.SignAsync([_other.FeatureFolder], 5, manifest => ChangeFile(manifest, "model.bin", file => file with { Bytes = file.Bytes + 1 })));

    [Fact]
    public Task Pieces_that_make_another_file_than_declared() => RefuseAsync("chunk", shop => shop.SignAsync(
        [_other.FeatureFolder], 5, manifest => ChangeFile(manifest, "model.bin", file => file with { Sha256 = new string('a', 64) })));

    [Fact]
    public Task A_piece_that_is_missing() => RefuseAsync("chunk", async shop => Spoil(await GoodAsync(shop), File.Delete));

    [Fact]
    public Task A_piece_with_other_content_than_its_name() => RefuseAsync("chunk", async shop => Spoil(await GoodAsync(shop), file =>
    {
        var bytes = File.ReadAllBytes(file);
        bytes[9] ^= 1;
        File.WriteAllBytes(file, bytes);
    }));

    [Fact]
    public Task A_piece_that_never_ends() => RefuseAsync("chunk", async shop => Spoil(await GoodAsync(shop), file =>
    {
        using var piece = new FileStream(file, FileMode.Append);
        piece.SetLength(3L << 30);
    }));

    [Fact]
    public Task A_model_whose_weights_are_cut_off_under_a_good_signature() => RefuseAsync("model", shop => shop.SignAsync([_other.FeatureFolder], 5, manifest =>
    {
        var cut = File.ReadAllBytes(Path.Combine(_other.FeatureFolder, "model.bin"))[..1000];
        var piece = new ChunkReference(Convert.ToHexStringLower(SHA256.HashData(cut)), cut.Length, 0);
        File.WriteAllBytes(Path.Combine(shop.Folder, "out-1", "chunks", piece.Sha256), cut);
        return ChangeFile(manifest, "model.bin", file => file with { Bytes = cut.Length, Sha256 = piece.Sha256, Pieces = [piece] });
    }));

    [Fact]
    public Task Models_that_make_another_pair_than_the_manifest_says() => RefuseAsync("model", shop => shop.SignAsync([_other.FeatureFolder], 5, manifest => manifest with { Model = "a+b@12345678" }));

    [Fact]
    public Task A_model_under_the_identity_of_another() => RefuseAsync("model", shop => shop.SignAsync(
        [_other.FeatureFolder], 5, manifest => manifest with { Models = [manifest.Models[0] with { Identity = new string('b', 64) }] }));

    [Fact]
    public Task A_feature_model_whose_self_test_fails() => RefuseAsync("self_test", shop =>
    {
        Record(_other.FeatureFolder, [1, -1, 1, -1]);
        return GoodAsync(shop);
    });

    [Fact]
    public Task A_feature_model_without_a_recorded_self_test() => RefuseAsync("self_test", shop =>
    {
        Record(_other.FeatureFolder, null);
        return GoodAsync(shop);
    });

    [Theory]
    [InlineData("{\"schema\":\"shitu.models/2\"}")]
    [InlineData("{\"schema\":\"shitu.models/1\",\"models\":[]}")]
    [InlineData("{\"schema\":\"shitu.models/1\",\"models\":[{\"kind\":\"feature\",\"name\":\"../x\"}]}")]
    [InlineData("{\"schema\":\"shitu.models/1\",\"models\":[{\"kind\":\"mainbody\",\"name\":\"x\",\"files\":[{\"name\":\"../model.xml\"}]}]}")]
    [InlineData("[[[[[[[[[[[[[[[[[[[[")]
    [InlineData("")]
    public Task Signed_bytes_that_are_no_manifest(string json) => RefuseAsync(
        "schema", async shop => Rewrite(await GoodAsync(shop), _ => SignedDocument.Sign(System.Text.Encoding.UTF8.GetBytes(json), shop.Owner)));

    [Fact]
    public void Changed_manifests_are_taken_or_refused() => Fuzz().Run(20_000, 1);

    [Fact]
    [Trait("Speed", "slow")]
    public void A_million_changed_manifests_are_taken_or_refused() => Fuzz().Run(1_000_000, 2);

    private static FuzzTarget Fuzz()
    {
        ModelsManifest Manifest(params IReadOnlyList<ModelEntry> models) => new()
        {
            Site = "nord",
            Devices = ["*"],
            Generation = 3,
            Issued = DateTimeOffset.UnixEpoch,
            Expires = DateTimeOffset.UnixEpoch.AddDays(30),
            Model = "a+b@0123abcd",
            Models = models,
        };
        ModelFile File(string name, int pieces) => new(name, new string('c', 64), 1000 * pieces, [.. Enumerable.Range(1, pieces).Select(i => new ChunkReference($"{i:x64}", 1000, 0))]);
        ModelEntry Entry(string kind) => new(kind, $"{kind}-1.0", new string('d', 64), [File("model.xml", 1), File("model.bin", 2), File("manifest.json", 1)]);
        return new FuzzTarget(
            payload => ModelsManifest.Parse(payload).ToJson(), error => error is RefusedException,
            [Manifest(Entry(ModelManifest.FeatureKind)).ToJson(), Manifest(Entry(ModelManifest.MainBody), Entry(ModelManifest.FeatureKind)).ToJson()],
            "null", "{}", "[]", "[[[[[[", "\"", ",", "\\u0000", "\\ud83c", "-1", "1048577", "2147483648", "9007199254740993", "\"models\":", "\"files\":", "\"chunks\":", "\"kind\":", "\"mainbody\"", "card.md", "..",
            new string('a', 64));
    }

    private static void Record(string folder, float[]? embedding)
    {
        var own = ModelManifest.Read(folder);
        ModelManifest.Write(folder, own.Name, own.Kind, own.Preparation, own.Outputs, own.Dimension, own.Strides, embedding);
    }

    private static ModelsManifest ChangeFile(ModelsManifest manifest, string name, Func<ModelFile, ModelFile> change) => manifest with
    {
        Models = [.. manifest.Models.Select(model => model with { Files = [.. model.Files.Select(file => file.Name == name ? change(file) : file)] })],
    };

    private static string Rewrite(string output, Func<SignedDocument, SignedDocument> change)
    {
        var path = Path.Combine(output, SignedFolder.ManifestFile);
        var document = change(SignedDocument.Read(path));
        File.Delete(path + ".sig");
        document.Write(path);
        return output;
    }

    private static string Spoil(string output, Action<string> spoil)
    {
        var manifest = ModelsManifest.Parse(SignedDocument.Read(Path.Combine(output, SignedFolder.ManifestFile)).Payload);
        spoil(Path.Combine(output, "chunks", manifest.Models[0].Files.Single(file => file.Name == "model.bin").Pieces[0].Sha256));
        return output;
    }

    private Task<string> GoodAsync(ModelShop shop) => shop.SignAsync([_other.FeatureFolder], 5);

    private static async Task RefuseAsync(string check, Func<ModelShop, Task<string>> attack, UpdateOptions? options = null)
    {
        await using var shop = await ModelShop.OpenAsync(updates: options);
        // Generation 2 is taken: the models that are in use already.
        var before = await shop.ApplyAsync(await shop.SignAsync([shop.Installed.DetectorFolder], 2));
        Assert.True(options is not null || before!.Accepted, before?.Refusal?.Text);
        var (model, hash) = (shop.Models.Identity, shop.Gallery.ContentHash());
        var memory = GC.GetTotalAllocatedBytes();
        var receipt = await shop.ApplyAsync(await attack(shop));
        Assert.InRange(GC.GetTotalAllocatedBytes() - memory, 0, 64 << 20);
        Assert.Equal(check, receipt!.Refusal?.Check);
        Mqtt.Schemas.Check("receipt", receipt.ToJson());
        Assert.False(shop.RestartAsked);
        Assert.Equal((0, model, hash), (shop.Sets.InUse.Generation, receipt.Model, shop.Gallery.ContentHash()));
        Assert.Empty(Directory.Exists(Path.Combine(shop.Device, "models")) ? Directory.GetDirectories(Path.Combine(shop.Device, "models")) : []);
        Assert.Null(await shop.RestartAsync());
        Assert.Equal(model, shop.Models.Identity);
    }
}
