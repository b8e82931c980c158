using System.Text.Json;
using ShiTu.EdgeAgent.Events;

namespace ShiTu.EdgeAgent.GalleryUpdates;

/// <summary>Reads signed JSON strictly: a field that is missing, of another kind or out of range is refused by its name.</summary>
internal static class JsonFields
{
    private static readonly JsonDocumentOptions Strict = new() { MaxDepth = 8, AllowDuplicateProperties = false };

    /// <summary>Parses an object.</summary>
    /// <exception cref="RefusedException">It is no JSON object, not UTF-8, too deep, or names a field twice.</exception>
    public static JsonDocument ParseObject(ReadOnlyMemory<byte> payload)
    {
        try
        {
            var document = JsonDocument.Parse(payload, Strict);
            return document.RootElement.ValueKind == JsonValueKind.Object ? document : throw new JsonException("not an object");
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or ArgumentException)
        {
            throw new RefusedException("schema", $"It is no JSON object: {e.Message}", e);
        }
    }

    /// <summary>A text of 1 to <paramref name="most"/> characters.</summary>
    public static string Text(this JsonElement json, string name, int most = 256)
    {
        try
        {
            if (json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String && value.GetString() is { Length: > 0 } text && text.Length <= most)
            {
                return text;
            }
        }
        catch (InvalidOperationException)
        {
            // Half of a surrogate pair.
        }

        throw new RefusedException("schema", $"{name}: expected a text of 1 to {most} characters.");
    }

    /// <summary>An element of a list of names.</summary>
    public static string NameOrRefuse(this JsonElement element, string name)
    {
        try
        {
            if (element.ValueKind == JsonValueKind.String)
            {
                return element.GetString()!;
            }
        }
        catch (InvalidOperationException)
        {
            // Not UTF-8, or half of a surrogate pair.
        }

        throw new RefusedException("schema", $"{name}: expected names.");
    }

    /// <summary>A whole number from <paramref name="least"/> to <paramref name="most"/>.</summary>
    public static long Number(this JsonElement json, string name, long least = 0, long most = 1L << 53) =>
        json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out var number) && number >= least && number <= most
            ? number
            : throw new RefusedException("schema", $"{name}: expected a whole number from {least} to {most}.");

    /// <summary>A time.</summary>
    public static DateTimeOffset Time(this JsonElement json, string name) =>
        Rfc3339.TryParse(json.Text(name, 40), out var time) ? time : throw new RefusedException("schema", $"{name}: expected a time as 2026-03-01T12:00:00.000Z.");

    /// <summary>A SHA-256, 64 lower-case hex digits.</summary>
    public static string Sha256(this JsonElement json, string name)
    {
        var text = json.Text(name, 64);
        return IsSha256(text) ? text : throw new RefusedException("schema", $"{name}: expected 64 lower-case hex digits.");
    }

    /// <summary>Whether a text is a SHA-256, 64 lower-case hex digits.</summary>
    public static bool IsSha256(string text) => text.Length == 64 && text.All(c => c is (>= '0' and <= '9') or (>= 'a' and <= 'f'));

    /// <summary>A list with at most <paramref name="most"/> elements.</summary>
    public static JsonElement List(this JsonElement json, string name, int most) =>
        json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Array && value.GetArrayLength() <= most
            ? value
            : throw new RefusedException("schema", $"{name}: expected a list of at most {most}.");
}
