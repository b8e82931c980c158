using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using ShiTu.EdgeAgent.Events;

namespace ShiTu.EdgeAgent.GalleryUpdates;

/// <summary>What manifests have in common: what they are, whom they are for, how their chunks are named (contract 2.1).</summary>
internal static class ManifestHead
{
    private const int MostDevices = 10_000;

    /// <summary>Writes schema, site and devices.</summary>
    public static void Write(Utf8JsonWriter json, string schema, string site, IReadOnlyList<string> devices)
    {
        json.WriteString("schema", schema);
        json.WriteString("site", site);
        json.WriteStartArray("devices");
        foreach (var device in devices)
        {
            json.WriteStringValue(device);
        }

        json.WriteEndArray();
    }

    /// <summary>Writes the head of a manifest that has content.</summary>
    public static void Write(Utf8JsonWriter json, string schema, IContentManifest manifest)
    {
        Write(json, schema, manifest.Site, manifest.Devices);
        json.WriteNumber("generation", manifest.Generation);
        json.Time("issued", manifest.Issued);
        json.Time("expires", manifest.Expires);
        json.WriteString("model", manifest.Model);
    }

    /// <summary>Writes <c>chunks</c>.</summary>
    public static void WriteChunks(Utf8JsonWriter json, IReadOnlyList<ChunkReference> chunks)
    {
        json.WriteStartArray("chunks");
        foreach (var chunk in chunks)
        {
            json.WriteStartObject();
            json.WriteString("sha256", chunk.Sha256);
            json.WriteNumber("bytes", chunk.Bytes);
            if (chunk.Items > 0)
            {
                json.WriteNumber("items", chunk.Items);
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    /// <summary>Reads <c>chunks</c>.</summary>
    /// <param name="json">What has them.</param>
    /// <param name="most">Most that are taken.</param>
    /// <param name="hasItems">Whether each says how many items are in it.</param>
    /// <exception cref="RefusedException">They are no list of chunks (<c>schema</c>), or one is larger than a chunk may be (<c>size</c>).</exception>
    public static List<ChunkReference> ReadChunks(JsonElement json, int most, bool hasItems) => [.. json.List("chunks", most).EnumerateArray().Select(chunk =>
        chunk.ValueKind == JsonValueKind.Object
            ? new ChunkReference(chunk.Sha256("sha256"), ChunkBytes(chunk), hasItems ? (int)chunk.Number("items", 1, GalleryChunk.MostItems) : 0)
            : throw new RefusedException("schema", "chunks: expected objects."))];

    /// <summary>Parses a manifest of one schema; the caller disposes it.</summary>
    /// <exception cref="RefusedException">It is no JSON object, or one of another schema (<c>schema</c>).</exception>
    public static JsonDocument Parse(ReadOnlyMemory<byte> payload, string schema)
    {
        var document = JsonFields.ParseObject(payload);
        try
        {
            return document.RootElement.Text("schema") is var found && found == schema ? document : throw new RefusedException("schema", $"schema: expected {schema}, not '{found}'.");
        }
        catch (RefusedException)
        {
            document.Dispose();
            throw;
        }
    }

    /// <summary>The devices it is for; <c>*</c> is every device of the site.</summary>
    /// <exception cref="RefusedException">They are no list of names (<c>schema</c>).</exception>
    public static List<string> Devices(JsonElement json) => [.. json.List("devices", MostDevices).EnumerateArray().Select(device => device.NameOrRefuse("devices"))];

    /// <summary>Hash of content in chunks: SHA-256 over their hashes in order, each as 64 hex digits and a line feed.</summary>
    public static string ContentHash(IEnumerable<ChunkReference> chunks) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(string.Concat(chunks.Select(chunk => chunk.Sha256 + "\n")))));

    /// <summary>Whether it is for this device.</summary>
    /// <exception cref="RefusedException">It is for others (<c>target</c>).</exception>
    public static void CheckTarget(string site, IReadOnlyList<string> devices, UpdateTarget target)
    {
        if (site != target.Site || !(devices.Contains("*") || devices.Contains(target.Device)))
        {
            throw new RefusedException("target", $"It is for {site}/{string.Join(',', devices.Take(8))}; this is {target.Site}/{target.Device}.");
        }
    }

    private static int ChunkBytes(JsonElement json) => json.Number("bytes", 1) is var bytes && bytes <= GalleryChunk.MostBytes
        ? (int)bytes
        : throw new RefusedException("size", $"A chunk is declared with {bytes} bytes; at most {GalleryChunk.MostBytes} are taken.");
}
