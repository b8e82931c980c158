using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using ShiTu.Inference.Imaging;

namespace ShiTu.Inference.Models;

/// <summary>The <c>manifest.json</c> of a model folder (snake_case keys, as <c>contract.md</c> 4).</summary>
/// <param name="Name">Name of the model, as its folder.</param>
/// <param name="Kind"><c>mainbody</c> or <c>feature</c>.</param>
/// <param name="Preparation">Input size and preparation.</param>
/// <param name="Outputs">Names of the outputs in order; for a detector by rising stride.</param>
/// <param name="Dimension">Floats an embedding; 0 for a detector.</param>
/// <param name="Strides">Strides of a detector's outputs; empty for a feature model.</param>
/// <param name="XmlSha256">SHA-256 of <c>model.xml</c>, lower-case hex.</param>
/// <param name="BinSha256">SHA-256 of <c>model.bin</c>, lower-case hex.</param>
/// <param name="Identity">SHA-256 over kind, preparation, dimension and both hashes, lower-case hex: what a gallery is bound to.</param>
public sealed record ModelManifest(
    string Name,
    string Kind,
    Preparation Preparation,
    IReadOnlyList<string> Outputs,
    int Dimension,
    IReadOnlyList<int> Strides,
    string XmlSha256,
    string BinSha256,
    string Identity)
{
    /// <summary><see cref="Kind"/> of a detector.</summary>
    public const string MainBody = "mainbody";

    /// <summary><see cref="Kind"/> of a feature model.</summary>
    public const string FeatureKind = "feature";

    private const string FileName = "manifest.json";
    private const int LargestSide = 4096;

    /// <summary>The embedding that the self-test's picture must give; null where none was recorded.</summary>
    public IReadOnlyList<float>? SelfTest { get; init; }

    /// <summary>Reads and checks <c>manifest.json</c> of <paramref name="folder"/> and that both files hash to what it says.</summary>
    /// <exception cref="ModelException">A file is missing or does not fit; the message names it.</exception>
    public static ModelManifest Read(string folder)
    {
        var path = Path.Combine(folder, FileName);
        if (!Directory.Exists(folder))
        {
            throw new ModelException($"{folder}: no such model folder; expected model.xml, model.bin and manifest.json in it.");
        }

        try
        {
            var document = JsonSerializer.Deserialize(ReadFile(path), ManifestJson.Default.ManifestDocument) ?? throw new ModelException($"{path}: holds 'null'; expected a manifest.");
            var manifest = FromDocument(document, path);
            CheckFile(folder, "model.xml", manifest.XmlSha256);
            CheckFile(folder, "model.bin", manifest.BinSha256);
            return manifest.Identity == document.Identity
                ? manifest
                : throw new ModelException($"{path}: its identity is {document.Identity}, its content makes {manifest.Identity}; the manifest was changed by hand. Export the model again.");
        }
        catch (JsonException error)
        {
            throw new ModelException($"{path}: not a model manifest: {error.Message}", error);
        }
    }

    /// <summary>Computes hashes and identity of the two files already in <paramref name="folder"/> and writes <c>manifest.json</c> beside them.</summary>
    /// <param name="folder">The model's folder.</param>
    /// <param name="name">Name of the model.</param>
    /// <param name="kind"><see cref="MainBody"/> or <see cref="FeatureKind"/>.</param>
    /// <param name="preparation">Input size and preparation.</param>
    /// <param name="outputs">Names of the outputs in order.</param>
    /// <param name="dimension">Floats an embedding; 0 for a detector.</param>
    /// <param name="strides">Strides of a detector's outputs.</param>
    /// <param name="selfTest">What the self-test's picture gives, or null.</param>
    public static ModelManifest Write(
        string folder, string name, string kind, Preparation preparation, IReadOnlyList<string> outputs, int dimension, IReadOnlyList<int> strides, IReadOnlyList<float>? selfTest = null)
    {
        var hashes = new ManifestHashes(Hash(Path.Combine(folder, "model.xml")), Hash(Path.Combine(folder, "model.bin")));
        var document = new ManifestDocument(
            name,
            kind,
            new ManifestInput(preparation.Width, preparation.Height),
            new ManifestPreparation(preparation.Interpolation.ToString().ToLowerInvariant(), preparation.Mean, preparation.Deviation),
            outputs,
            dimension,
            strides,
            hashes,
            IdentityOf(kind, preparation, dimension, strides, hashes),
            selfTest is null ? null : Convert.ToBase64String(MemoryMarshal.AsBytes(selfTest.ToArray().AsSpan())));
        var manifest = FromDocument(document, Path.Combine(folder, FileName));
        File.WriteAllBytes(Path.Combine(folder, FileName), [.. JsonSerializer.SerializeToUtf8Bytes(document, ManifestJson.Default.ManifestDocument), (byte)'\n']);
        return manifest;
    }

    private static ModelManifest FromDocument(ManifestDocument document, string path)
    {
        var (width, height) = (document.Input.Width, document.Input.Height);
        if (width is < 1 or > LargestSide || height is < 1 or > LargestSide)
        {
            throw new ModelException($"{path}: input of {width}x{height}; expected 1 to {LargestSide} pixels a side.");
        }

        if (!Enum.TryParse<Interpolation>(document.Preparation.Interpolation, ignoreCase: true, out var interpolation) || !Enum.IsDefined(interpolation))
        {
            throw new ModelException($"{path}: interpolation '{document.Preparation.Interpolation}'; expected nearest, linear, cubic or area.");
        }

        if (document.Preparation is not { Mean.Length: 3, Deviation.Length: 3 } || !document.Preparation.Mean.All(float.IsFinite) || !document.Preparation.Deviation.All(deviation => float.IsFinite(deviation) && deviation > 0))
        {
            throw new ModelException($"{path}: mean and deviation are three finite numbers each, deviations above 0.");
        }

        if (document.Strides.Any(stride => stride is < 1 or > LargestSide))
        {
            throw new ModelException($"{path}: strides [{string.Join(", ", document.Strides)}]; expected 1 to {LargestSide} each.");
        }

        var fits = document.Kind switch
        {
            MainBody => document is { Dimension: 0, Strides.Count: > 0 } && document.Strides.Count == document.Outputs.Count,
            FeatureKind => document is { Dimension: > 0 and <= 65_536, Strides.Count: 0, Outputs.Count: 1 },
            _ => throw new ModelException($"{path}: kind '{document.Kind}'; expected {MainBody} or {FeatureKind}."),
        };
        if (!fits)
        {
            throw new ModelException($"{path}: a {document.Kind} model with {document.Outputs.Count} outputs, {document.Strides.Count} strides and dimension {document.Dimension} does not go together.");
        }

        var preparation = new Preparation(width, height, interpolation, document.Preparation.Mean, document.Preparation.Deviation);
        return new ModelManifest(
            document.Name, document.Kind, preparation, document.Outputs, document.Dimension, document.Strides, document.Sha256.Xml, document.Sha256.Bin,
            IdentityOf(document.Kind, preparation, document.Dimension, document.Strides, document.Sha256))
        {
            SelfTest = SelfTestOf(document, path),
        };
    }

    private static float[]? SelfTestOf(ManifestDocument document, string path)
    {
        if (document.SelfTest is null)
        {
            return null;
        }

        var bytes = new byte[document.Dimension * sizeof(float)];
        return Convert.TryFromBase64String(document.SelfTest, bytes, out var written) && written == bytes.Length
            ? MemoryMarshal.Cast<byte, float>(bytes).ToArray()
            : throw new ModelException($"{path}: self_test is not {document.Dimension} floats in base64.");
    }

    private static string IdentityOf(string kind, Preparation preparation, int dimension, IReadOnlyList<int> strides, ManifestHashes hashes)
    {
        var text = string.Create(
            CultureInfo.InvariantCulture,
            $"{kind}|{preparation.Width}x{preparation.Height}|{preparation.Interpolation}|{string.Join(',', preparation.Mean)}|{string.Join(',', preparation.Deviation)}|{dimension}|{string.Join(',', strides)}|{hashes.Xml}|{hashes.Bin}");
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
    }

    private static byte[] ReadFile(string path)
    {
        try
        {
            return File.ReadAllBytes(path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new ModelException($"{path}: cannot be read ({error.Message}); a model folder holds model.xml, model.bin and manifest.json.", error);
        }
    }

    private static string Hash(string path)
    {
        using var file = File.OpenRead(path);
        return Convert.ToHexStringLower(SHA256.HashData(file));
    }

    private static void CheckFile(string folder, string name, string expected)
    {
        var path = Path.Combine(folder, name);
        try
        {
            var found = Hash(path);
            if (found != expected)
            {
                throw new ModelException($"{path}: its SHA-256 is {found}, the manifest says {expected}; the file is cut off, changed, or of another model. Copy the folder again.");
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new ModelException($"{path}: cannot be read ({error.Message}); a model folder holds model.xml, model.bin and manifest.json.", error);
        }
    }
}
