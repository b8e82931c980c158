using System.Text.Json;
using ShiTu.EdgeAgent.Events;
using ShiTu.EdgeAgent.GalleryUpdates;
using ShiTu.Inference.Models;

namespace ShiTu.EdgeAgent.ModelUpdates;

/// <summary>A file of a model.</summary>
/// <param name="Name">One of <see cref="ModelsManifest.FileNames"/>.</param>
/// <param name="Sha256">Hash of the whole file, lower-case hex.</param>
/// <param name="Bytes">Its length.</param>
/// <param name="Pieces">Its pieces in order: raw slices, each a chunk.</param>
internal sealed record ModelFile(string Name, string Sha256, int Bytes, IReadOnlyList<ChunkReference> Pieces);

/// <summary>A model that is sent.</summary>
/// <param name="Kind"><see cref="ModelManifest.MainBody"/> or <see cref="ModelManifest.FeatureKind"/>.</param>
/// <param name="Name">Its name.</param>
/// <param name="Identity">Its identity, as in its own <c>manifest.json</c>.</param>
/// <param name="Files">Its files.</param>
internal sealed record ModelEntry(string Kind, string Name, string Identity, IReadOnlyList<ModelFile> Files);

/// <summary>Which models a device should run (contract 2.1): one or two are sent, the other one is that which is in use.</summary>
internal sealed record ModelsManifest : IContentManifest
{
    /// <summary>The schema's name.</summary>
    public const string Schema = "shitu.models/1";

    /// <summary>Files of a model folder; the last may be missing.</summary>
    public static readonly IReadOnlyList<string> FileNames = ["model.xml", "model.bin", "manifest.json", "card.md"];

    private const int MostPieces = 4096;
    private const int MostNameCharacters = 64;

    /// <inheritdoc/>
    public required string Site { get; init; }

    /// <inheritdoc/>
    public required IReadOnlyList<string> Devices { get; init; }

    /// <summary>Grows with every models manifest of the site; nothing to do with the gallery's generation.</summary>
    public required long Generation { get; init; }

    /// <inheritdoc/>
    public required DateTimeOffset Issued { get; init; }

    /// <inheritdoc/>
    public required DateTimeOffset Expires { get; init; }

    /// <summary>Identity of the pair that results: what events will carry, and what galleries must be signed for from then on.</summary>
    public required string Model { get; init; }

    /// <summary>The models that are sent.</summary>
    public required IReadOnlyList<ModelEntry> Models { get; init; }

    /// <summary>Every piece once; files may share some.</summary>
    public IReadOnlyList<ChunkReference> Chunks => [.. Models.SelectMany(model => model.Files).SelectMany(file => file.Pieces).DistinctBy(piece => piece.Sha256)];

    /// <summary>Bytes of all files together.</summary>
    public long Bytes => Models.SelectMany(model => model.Files).Sum(file => (long)file.Bytes);

    /// <inheritdoc/>
    public string ContentHash => ManifestHead.ContentHash(Models.SelectMany(model => model.Files).SelectMany(file => file.Pieces));

    /// <summary>The JSON that is signed.</summary>
    public byte[] ToJson() => PayloadWriter.Object(this, static (json, manifest) =>
    {
        ManifestHead.Write(json, Schema, manifest);
        json.WriteString("content_hash", manifest.ContentHash);
        json.WriteStartArray("models");
        foreach (var model in manifest.Models)
        {
            json.WriteStartObject();
            json.WriteString("kind", model.Kind);
            json.WriteString("name", model.Name);
            json.WriteString("identity", model.Identity);
            json.WriteStartArray("files");
            foreach (var file in model.Files)
            {
                Write(json, file);
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        json.WriteEndArray();
    });

    /// <summary>Reads one. Only bytes whose signature was checked are worth reading.</summary>
    /// <exception cref="RefusedException">It is none (<c>schema</c>), or does not fit itself (<c>size</c>, <c>chunk</c>).</exception>
    public static ModelsManifest Parse(ReadOnlyMemory<byte> payload)
    {
        using var document = ManifestHead.Parse(payload, Schema);
        var json = document.RootElement;
        var models = json.List("models", 2).EnumerateArray().Select(ReadModel).ToList();
        if (models.Count == 0 || models.DistinctBy(model => model.Kind).Count() != models.Count)
        {
            throw new RefusedException("schema", $"models: expected one, or one of the kind {ModelManifest.MainBody} and one of the kind {ModelManifest.FeatureKind}.");
        }

        var manifest = new ModelsManifest
        {
            Site = json.Text("site"),
            Devices = ManifestHead.Devices(json),
            Generation = json.Number("generation", 1),
            Issued = json.Time("issued"),
            Expires = json.Time("expires"),
            Model = json.Text("model"),
            Models = models,
        };
        return manifest.ContentHash == json.Sha256("content_hash")
            ? manifest
            : throw new RefusedException("chunk", "content_hash is not that of the pieces: they are not those of one model set.");
    }

    private static void Write(Utf8JsonWriter json, ModelFile file)
    {
        json.WriteStartObject();
        json.WriteString("name", file.Name);
        json.WriteString("sha256", file.Sha256);
        json.WriteNumber("bytes", file.Bytes);
        ManifestHead.WriteChunks(json, file.Pieces);
        json.WriteEndObject();
    }

    private static ModelEntry ReadModel(JsonElement json)
    {
        Expect(json.ValueKind == JsonValueKind.Object, "models: expected objects.");
        var kind = json.Text("kind", MostNameCharacters);
        Expect(kind is ModelManifest.MainBody or ModelManifest.FeatureKind, $"kind: expected {ModelManifest.MainBody} or {ModelManifest.FeatureKind}.");
        var name = json.Text("name", MostNameCharacters);
        Expect(name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.'), "name: expected letters, digits, dots, - and _.");
        var files = json.List("files", FileNames.Count).EnumerateArray().Select(ReadFile).ToList();
        Expect(files.DistinctBy(file => file.Name).Count() == files.Count && FileNames.SkipLast(1).All(needed => files.Exists(file => file.Name == needed)), $"files: expected {string.Join(", ", FileNames)}, each once.");
        return new ModelEntry(kind, name, json.Sha256("identity"), files);
    }

    private static ModelFile ReadFile(JsonElement json)
    {
        Expect(json.ValueKind == JsonValueKind.Object, "files: expected objects.");
        var name = json.Text("name", MostNameCharacters);
        Expect(FileNames.Contains(name), $"files: expected {string.Join(", ", FileNames)} only.");
        var pieces = ManifestHead.ReadChunks(json, MostPieces, hasItems: false);
        var bytes = json.Number("bytes", 1, int.MaxValue);
        return pieces.Sum(piece => (long)piece.Bytes) == bytes
            ? new ModelFile(name, json.Sha256("sha256"), (int)bytes, pieces)
            : throw new RefusedException("chunk", $"The pieces of {name} do not add up to its {bytes} bytes.");
    }

    private static void Expect(bool holds, string otherwise)
    {
        if (!holds)
        {
            throw new RefusedException("schema", otherwise);
        }
    }
}
