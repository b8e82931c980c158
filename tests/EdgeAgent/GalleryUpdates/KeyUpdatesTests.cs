using System.Text;
using ShiTu.EdgeAgent.GalleryUpdates;
using ShiTu.TestKit.Fuzzing;
using Xunit;

namespace ShiTu.EdgeAgent.Tests.GalleryUpdates;

public sealed class KeyUpdatesTests : IAsyncDisposable
{
    private readonly Shop _shop = new();
    private readonly SigningKey _root = SigningKey.New();
    private readonly SigningKey _next = SigningKey.New();

    public async ValueTask DisposeAsync()
    {
        _root.Dispose();
        _next.Dispose();
        await _shop.DisposeAsync();
    }

    [Fact]
    public async Task A_revoked_key_signs_nothing_any_more_and_the_new_one_does_also_after_a_restart()
    {
        var manifest = Manifest(1, Key(_next), Key(_shop.Owner) with { Revoked = true });
        Mqtt.Schemas.Check("keys-manifest", manifest.ToJson());
        Assert.NotNull(Open().Take(SignedDocument.Sign(manifest.ToJson(), _root)));
        Assert.Null(Open().Take(SignedDocument.Sign(manifest.ToJson(), _root)));
        Assert.Equal("key", (await _shop.ApplyAsync(await _shop.SignAsync(ChunkTests.Items(3, Shop.Dimension), 1)))!.Refusal!.Check);
        await _shop.CloseAsync();
        _shop.Open();
        _shop.Keys.Replace([Key(_shop.Owner)]);
        Open();
        Assert.Equal("key", (await _shop.ApplyAsync(await _shop.SignAsync(ChunkTests.Items(3, Shop.Dimension), 1)))!.Refusal!.Check);
        Assert.True((await _shop.ApplyAsync(await _shop.SignAsync(ChunkTests.Items(3, Shop.Dimension), 1, key: _next)))!.Accepted);
    }

    [Fact]
    public void Keys_that_another_root_key_signed_do_not_hold_once_the_configuration_pins_a_new_one()
    {
        Open().Take(SignedDocument.Sign(Manifest(1, Key(_next)).ToJson(), _root));
        _shop.Keys.Replace([Key(_shop.Owner)]);
        using var other = SigningKey.New();
        _ = new KeyUpdates(_shop.Target, Key(other), _shop.Keys, _shop.State, _shop.Clock);
        Assert.Equal([_shop.Owner.Id], _shop.Keys.All.Select(key => key.Id));
    }

    [Fact]
    public void A_key_holds_within_its_time_only()
    {
        var now = _shop.Clock.GetUtcNow();
        Open().Take(SignedDocument.Sign(Manifest(1, Key(_next) with { NotBefore = now.AddHours(1), NotAfter = now.AddHours(2) }).ToJson(), _root));
        var document = SignedDocument.Sign("{}"u8.ToArray(), _next);
        Assert.Equal("key", _shop.Keys.Check(document)?.Check);
        _shop.Clock.Advance(TimeSpan.FromMinutes(90));
        Assert.Null(_shop.Keys.Check(document));
        _shop.Clock.Advance(TimeSpan.FromMinutes(90));
        Assert.Equal("key", _shop.Keys.Check(document)?.Check);
    }

    [Fact]
    public void What_the_root_key_did_not_sign_for_this_device_now_changes_nothing()
    {
        var updates = Open();
        updates.Take(SignedDocument.Sign(Manifest(5, Key(_shop.Owner)).ToJson(), _root));
        var good = Manifest(6, Key(_next));
        (SignedDocument Document, string Check)[] attacks =
        [
            (SignedDocument.Sign(good.ToJson(), _shop.Owner), "key"),
            (SignedDocument.Sign(good.ToJson(), _next) with { KeyId = _root.Id }, "signature"),
            (SignedDocument.Sign(good.ToJson(), _root) with { Signature = null }, "signature"),
            (SignedDocument.Sign((good with { Site = "s2" }).ToJson(), _root), "target"),
            (SignedDocument.Sign((good with { Devices = ["till-4"] }).ToJson(), _root), "target"),
            (SignedDocument.Sign((good with { Expires = _shop.Clock.GetUtcNow() }).ToJson(), _root), "expiry"),
            (SignedDocument.Sign((good with { Version = 5 }).ToJson(), _root), "generation"),
            (SignedDocument.Sign((good with { Version = 4 }).ToJson(), _root), "generation"),
            (SignedDocument.Sign((good with { Keys = [Key(_next), Key(_next)] }).ToJson(), _root), "schema"),
            (SignedDocument.Sign((good with { Keys = [Key(_next) with { Id = _shop.Owner.Id }] }).ToJson(), _root), "key"),
            (SignedDocument.Sign((good with { Keys = [Key(_next) with { PublicKey = new byte[91] }] }).ToJson(), _root), "key"),
            (SignedDocument.Sign(Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(good.ToJson()).Replace("shitu.keys/1", "shitu.gallery/1", StringComparison.Ordinal)), _root), "schema"),
            (SignedDocument.Sign("{\"schema\":\"shitu.keys/1\",\"keys\":[7]}"u8.ToArray(), _root), "schema"),
            (SignedDocument.Sign([0xFF], _root), "schema"),
        ];
        foreach (var (document, check) in attacks)
        {
            Assert.Equal(check, Assert.Throws<RefusedException>(() => updates.Take(document)).Refusal.Check);
            Assert.Equal([_shop.Owner.Id], _shop.Keys.All.Select(key => key.Id));
            Assert.Equal(5, _shop.State.KeysVersion);
        }

        Assert.NotNull(updates.Take(SignedDocument.Sign(good.ToJson(), _root)));
    }

    [Fact]
    public void Changed_keys_manifests_are_taken_or_refused() => Fuzz().Run(5_000, 1);

    [Fact]
    [Trait("Speed", "slow")]
    public void A_million_changed_keys_manifests_are_taken_or_refused() => Fuzz().Run(1_000_000, 2);

    private FuzzTarget Fuzz() => new(
        payload => KeysManifest.Parse(payload).ToJson(), error => error is RefusedException,
        [Manifest(1).ToJson(), Manifest(2, Key(_next), Key(_root) with { Revoked = true }).ToJson(), Manifest(3, Key(_next) with { NotBefore = _shop.Clock.GetUtcNow(), NotAfter = _shop.Clock.GetUtcNow() }).ToJson()],
        "null", "{}", "[]", "\"", ",", "\\ud83c", "-1", "9007199254740993", "\"keys\":", "\"kid\":", "\"public_key\":", "\"revoked\":", "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE", "AAAA", "====", _next.Id);

    private static TrustedKey Key(SigningKey key)
    {
        using var parsed = System.Security.Cryptography.ECDsa.Create();
        parsed.ImportFromPem(key.PublicPem);
        return TrustedKeys.Of(parsed.ExportSubjectPublicKeyInfo());
    }

    private KeyUpdates Open() => new(_shop.Target, Key(_root), _shop.Keys, _shop.State, _shop.Clock);

    private KeysManifest Manifest(long version, params IReadOnlyList<TrustedKey> keys) => new()
    {
        Site = _shop.Target.Site,
        Devices = ["*"],
        Version = version,
        Issued = _shop.Clock.GetUtcNow(),
        Expires = _shop.Clock.GetUtcNow().AddDays(30),
        Keys = keys,
    };
}
