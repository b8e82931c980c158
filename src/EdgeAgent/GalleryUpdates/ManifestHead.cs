using System.Text.Json;

namespace ShiTu.EdgeAgent.GalleryUpdates;

/// <summary>What every manifest begins with: what it is, and whom it is for (contract 2.1).</summary>
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
}
