using System.Security.Cryptography;

namespace ShiTu.EdgeAgent.GalleryUpdates;

/// <summary>A public key and when it may sign.</summary>
internal sealed record TrustedKey(string Id, byte[] PublicKey, DateTimeOffset NotBefore, DateTimeOffset NotAfter, bool Revoked);

/// <summary>The public keys that updates and commands may be signed with: those of the configuration, as changed by the newest keys manifest.</summary>
internal sealed class TrustedKeys
{
    private readonly TimeProvider _time;
    private volatile IReadOnlyDictionary<string, TrustedKey> _keys;

    /// <summary>A fixed set.</summary>
    public TrustedKeys(IEnumerable<TrustedKey> keys, TimeProvider time)
    {
        _time = time;
        _keys = keys.ToDictionary(key => key.Id, StringComparer.Ordinal);
    }

    /// <summary>Ids of all keys, with what holds for each.</summary>
    public IReadOnlyCollection<TrustedKey> All => [.. _keys.Values];

    /// <summary>Reads the files and folders of <c>updates.trusted_keys</c>.</summary>
    /// <exception cref="InvalidDataException">A file is missing or no public key.</exception>
    public static TrustedKeys Load(IEnumerable<string> paths, TimeProvider time) => new(
        paths.SelectMany(FilesOf).Select(ReadKey).DistinctBy(key => key.Id), time);

    /// <summary>The key files that an entry of <c>updates.trusted_keys</c> names: a file, or the <c>*.pub</c> of a folder.</summary>
    /// <exception cref="InvalidDataException">The folder holds none.</exception>
    public static IReadOnlyList<string> FilesOf(string path)
    {
        if (!Directory.Exists(path))
        {
            return [path];
        }

        var files = Directory.GetFiles(path, "*" + SigningKey.PublicEnding);
        return files.Length > 0 ? [.. files.Order(StringComparer.Ordinal)] : throw new InvalidDataException($"the folder {path} holds no *{SigningKey.PublicEnding}; put the owner's public key there.");
    }

    /// <summary>Reads one public key (PEM).</summary>
    public static TrustedKey ReadKey(string path)
    {
        if (!File.Exists(path))
        {
            throw new InvalidDataException($"{path}: there is no such public key; `shitu-edge keys new` makes one beside each private key.");
        }

        try
        {
            using var key = ECDsa.Create();
            key.ImportFromPem(File.ReadAllText(path));
            return Of(key.ExportSubjectPublicKeyInfo());
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException)
        {
            throw new InvalidDataException($"{path}: no public P-256 key in PEM ({e.Message}).", e);
        }
    }

    /// <summary>A public key (SubjectPublicKeyInfo, DER) that holds without limit.</summary>
    /// <exception cref="CryptographicException">It is no P-256 key.</exception>
    public static TrustedKey Of(byte[] publicKey)
    {
        using var key = ECDsa.Create();
        int read;
        try
        {
            key.ImportSubjectPublicKeyInfo(publicKey, out read);
        }
        catch (PlatformNotSupportedException e)
        {
            // What OpenSSL says of a point that is not on the curve.
            throw new CryptographicException(e.Message, e);
        }

        return key.KeySize == 256 && read == publicKey.Length
            ? new TrustedKey(SigningKey.IdOf(publicKey), publicKey, DateTimeOffset.MinValue, DateTimeOffset.MaxValue, Revoked: false)
            : throw new CryptographicException($"a key of {key.KeySize} bits");
    }

    /// <summary>Puts the keys of a keys manifest in the place of all others.</summary>
    public void Replace(IEnumerable<TrustedKey> keys) => _keys = keys.ToDictionary(key => key.Id, StringComparer.Ordinal);

    /// <summary>Checks key and signature; null where both are good.</summary>
    public Refusal? Check(SignedDocument document)
    {
        if (document.Signature is null || document.KeyId is null)
        {
            return new Refusal("signature", "It is not signed: expected the user properties sig and kid (MQTT 5).");
        }

        if (!_keys.TryGetValue(document.KeyId, out var trusted))
        {
            return new Refusal("key", $"The key '{Shown(document.KeyId)}' is not trusted here.");
        }

        var now = _time.GetUtcNow();
        if (trusted.Revoked || now < trusted.NotBefore || now >= trusted.NotAfter)
        {
            return new Refusal("key", $"The key '{trusted.Id}' is {(trusted.Revoked ? "revoked" : "not valid at this time")}.");
        }

        using var key = ECDsa.Create();
        key.ImportSubjectPublicKeyInfo(trusted.PublicKey, out _);
        Span<byte> signature = stackalloc byte[96];
        return document.Signature.Length <= 128 && Convert.TryFromBase64String(document.Signature, signature, out var length) &&
            key.VerifyData(document.Payload.Span, signature[..length], HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence)
            ? null
            : new Refusal("signature", $"The signature is not that of the key '{trusted.Id}' over these bytes.");
    }

    private static string Shown(string text) => text.Length <= 64 && !text.Any(char.IsControl) ? text : "…";
}
