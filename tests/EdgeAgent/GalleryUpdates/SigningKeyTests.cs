using System.Diagnostics;
using ShiTu.EdgeAgent.GalleryUpdates;
using Xunit;

namespace ShiTu.EdgeAgent.Tests.GalleryUpdates;

[System.Runtime.Versioning.SupportedOSPlatform("linux")]
public sealed class SigningKeyTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("keys-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_key_is_written_for_its_owner_only_and_never_over_another()
    {
        var path = Path.Combine(_folder, "owner.key");
        using var key = SigningKey.New();
        key.Save(path);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(path));
        using var loaded = SigningKey.Load(path);
        Assert.Equal(key.Id, loaded.Id);
        Assert.Equal(key.Id, TrustedKeys.ReadKey(path + ".pub").Id);
        Assert.Throws<IOException>(() => key.Save(path));
        Assert.Contains(path + ".pub", Assert.Throws<InvalidDataException>(() => SigningKey.Load(path + ".pub").Sign("x"u8)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Openssl_checks_what_the_owner_signs()
    {
        using var key = SigningKey.New();
        key.Save(Path.Combine(_folder, "k"));
        var payload = "{\"a\":1}"u8.ToArray();
        await File.WriteAllBytesAsync(Path.Combine(_folder, "p"), payload, TestContext.Current.CancellationToken);
        await File.WriteAllBytesAsync(Path.Combine(_folder, "s"), Convert.FromBase64String(key.Sign(payload)), TestContext.Current.CancellationToken);
        using var openssl = Process.Start(new ProcessStartInfo("openssl", ["dgst", "-sha256", "-verify", "k.pub", "-signature", "s", "p"]) { WorkingDirectory = _folder, RedirectStandardOutput = true })!;
        await openssl.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(0, openssl.ExitCode);
    }

    [Fact]
    public void A_point_that_is_not_on_the_curve_is_no_key()
    {
        // OpenSSL says of this one that the platform does not support it.
        var bytes = Convert.FromBase64String("MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEMevMfwTa0pAxWqgwq0gOdQmXKUGnDjThm0zOzHac6ocUcT7pIfZMxBLc2sJ2k0XQVuDEGze+5v8kELMPU6AnKQ==");
        Assert.ThrowsAny<System.Security.Cryptography.CryptographicException>(() => TrustedKeys.Of(bytes));
    }

    [Fact]
    public void Only_an_untouched_document_of_a_trusted_valid_key_is_good()
    {
        using var key = SigningKey.New();
        using var other = SigningKey.New();
        key.Save(Path.Combine(_folder, "k"));
        var trusted = TrustedKeys.ReadKey(Path.Combine(_folder, "k.pub"));
        var keys = new TrustedKeys([trusted], TimeProvider.System);
        var document = SignedDocument.Sign("{\"a\":1}"u8.ToArray(), key);
        Assert.Null(keys.Check(document));
        Assert.Equal("signature", keys.Check(document with { Payload = "{\"a\":2}"u8.ToArray() })?.Check);
        Assert.Equal("signature", keys.Check(document with { Signature = null })?.Check);
        Assert.Equal("signature", keys.Check(document with { Signature = "AAAA" })?.Check);
        Assert.Equal("signature", keys.Check(document with { Signature = new string('x', 100_000) })?.Check);
        Assert.Equal("signature", keys.Check(SignedDocument.Sign(document.Payload.ToArray(), other) with { KeyId = key.Id })?.Check);
        Assert.Equal("key", keys.Check(SignedDocument.Sign(document.Payload.ToArray(), other))?.Check);
        keys.Replace([trusted with { Revoked = true }]);
        Assert.Equal("key", keys.Check(document)?.Check);
        keys.Replace([trusted with { NotAfter = DateTimeOffset.UnixEpoch }]);
        Assert.Equal("key", keys.Check(document)?.Check);
    }
}
