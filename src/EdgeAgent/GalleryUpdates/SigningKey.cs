using System.Security.Cryptography;

namespace ShiTu.EdgeAgent.GalleryUpdates;

/// <summary>A key of the owner: ECDSA P-256. Signatures are DER, so that <c>openssl dgst -sha256</c> makes and checks the same.</summary>
internal sealed class SigningKey : IDisposable
{
    /// <summary>What the public key's file is called behind the private one's name.</summary>
    public const string PublicEnding = ".pub";

    private const UnixFileMode Others = UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.OtherRead | UnixFileMode.OtherWrite;
    private readonly ECDsa _key;

    private SigningKey(ECDsa key)
    {
        _key = key;
        Id = IdOf(key.ExportSubjectPublicKeyInfo());
    }

    /// <summary>Key id (<c>kid</c>): the first 16 hex digits of the SHA-256 of the public key.</summary>
    public string Id { get; }

    /// <summary>The public key, PEM.</summary>
    public string PublicPem => _key.ExportSubjectPublicKeyInfoPem();

    /// <summary>Makes a new key.</summary>
    public static SigningKey New() => new(ECDsa.Create(ECCurve.NamedCurves.nistP256));

    /// <summary>Reads a private key (PEM).</summary>
    /// <exception cref="InvalidDataException">There is none, or others can read it; the message names the file.</exception>
    public static SigningKey Load(string path)
    {
        if (!File.Exists(path))
        {
            throw new InvalidDataException($"{path}: there is no such key; 'shitu-edge keys new {path}' makes one.");
        }

        if (!OperatingSystem.IsWindows() && path != Path.ChangeExtension(path, PublicEnding) && (File.GetUnixFileMode(path) & Others) != 0)
        {
            throw new InvalidDataException($"{path}: others can read or write this private key; expected mode 0600 ('chmod 600 {path}').");
        }

        var key = ECDsa.Create();
        try
        {
            key.ImportFromPem(File.ReadAllText(path));
            _ = key.ExportParameters(includePrivateParameters: true);
            return key.KeySize == 256 ? new SigningKey(key) : throw new CryptographicException($"a key of {key.KeySize} bits");
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException)
        {
            key.Dispose();
            throw new InvalidDataException($"{path} is no private P-256 key in PEM ({e.Message}); 'shitu-edge keys new' makes one.", e);
        }
    }

    /// <summary>Id of a public key.</summary>
    public static string IdOf(ReadOnlySpan<byte> subjectPublicKeyInfo) => Convert.ToHexStringLower(SHA256.HashData(subjectPublicKeyInfo))[..16];

    /// <summary>Writes the private key (mode 0600) and beside it the public one as <c>.pub</c>; never over a file that is there.</summary>
    public void Save(string path)
    {
        var open = path + PublicEnding;
        if (File.Exists(open))
        {
            throw new IOException($"{open} is there already.");
        }

        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        using (var writer = new StreamWriter(path, options))
        {
            writer.WriteLine(_key.ExportPkcs8PrivateKeyPem());
        }

        File.WriteAllText(open, PublicPem + "\n");
    }

    /// <summary>Signs bytes; base64.</summary>
    public string Sign(ReadOnlySpan<byte> payload) => Convert.ToBase64String(_key.SignData(payload, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence));

    /// <inheritdoc/>
    public void Dispose() => _key.Dispose();
}
