using System.Text;
using System.Text.Json;
using ShiTu.EdgeAgent.Events;

namespace ShiTu.EdgeAgent.GalleryUpdates;

/// <summary>Bytes and who signed them: a manifest or command as it came, nothing of it believed yet.</summary>
/// <param name="Payload">The exact bytes.</param>
/// <param name="KeyId">The key that is said to have signed (<c>kid</c>), or null.</param>
/// <param name="Signature">Signature, base64 (<c>sig</c>), or null.</param>
internal sealed record SignedDocument(ReadOnlyMemory<byte> Payload, string? KeyId, string? Signature)
{
    private const int MostBytes = 16 << 20;

    /// <summary>Signs bytes.</summary>
    public static SignedDocument Sign(byte[] payload, SigningKey key) => new(payload, key.Id, key.Sign(payload));

    /// <summary>Reads <c>X.json</c> and <c>X.json.sig</c>.</summary>
    public static SignedDocument Read(string path)
    {
        if (new FileInfo(path).Length > MostBytes)
        {
            throw new InvalidDataException($"{path} is larger than {MostBytes} bytes: no manifest.");
        }

        var signature = path + ".sig";
        if (!File.Exists(signature))
        {
            return new SignedDocument(File.ReadAllBytes(path), null, null);
        }

        try
        {
            using var json = JsonDocument.Parse(File.ReadAllBytes(signature));
            return new SignedDocument(File.ReadAllBytes(path), Text(json.RootElement, "kid"), Text(json.RootElement, "sig"));
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw new InvalidDataException($"{signature} is no signature: expected {{\"kid\":\"…\",\"sig\":\"…\"}}.", e);
        }
    }

    /// <summary>Writes both files.</summary>
    public void Write(string path)
    {
        File.WriteAllBytes(path, Payload.ToArray());
        File.WriteAllBytes(path + ".sig", [.. PayloadWriter.Object(this, static (json, document) =>
        {
            json.Optional("kid", document.KeyId);
            json.Optional("sig", document.Signature);
        }), .. Encoding.UTF8.GetBytes("\n")]);
    }

    private static string? Text(JsonElement json, string name) => json.TryGetProperty(name, out var value) ? value.GetString() : null;
}
