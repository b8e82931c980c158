using System.Text.Json.Serialization;

namespace ShiTu.Inference.Models;

/// <summary><c>manifest.json</c> as it is written.</summary>
internal sealed record ManifestDocument(
    string Name,
    string Kind,
    ManifestInput Input,
    ManifestPreparation Preparation,
    IReadOnlyList<string> Outputs,
    int Dimension,
    IReadOnlyList<int> Strides,
    ManifestHashes Sha256,
    string Identity,
    string? SelfTest = null);

/// <summary>Input size in pixels.</summary>
internal sealed record ManifestInput(int Width, int Height);

/// <summary>Resizing and normalisation.</summary>
internal sealed record ManifestPreparation(string Interpolation, float[] Mean, float[] Deviation);

/// <summary>Hashes of the two files.</summary>
internal sealed record ManifestHashes(string Xml, string Bin);

/// <summary>How it is read and written.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    RespectRequiredConstructorParameters = true,
    RespectNullableAnnotations = true,
    WriteIndented = true)]
[JsonSerializable(typeof(ManifestDocument))]
internal sealed partial class ManifestJson : JsonSerializerContext;
