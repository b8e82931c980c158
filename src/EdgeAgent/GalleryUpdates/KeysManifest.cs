using System.Security.Cryptography;
using System.Text.Json;
using ShiTu.EdgeAgent.Events;

namespace ShiTu.EdgeAgent.GalleryUpdates;

/// <summary>Which keys may sign, in the place of those that the devices were set up with; signed by the pinned root key (contract 2.1).</summary>
internal sealed record KeysManifest
{
    /// <summary>The schema's name.</summary>
    public const string Schema = "shitu.keys/1";

    private const int MostKeys = 64;

    /// <summary>Site it is for.</summary>
    public required string Site { get; init; }

    /// <summary>Devices it is for; <c>*</c> is every device of the site.</summary>
    public required IReadOnlyList<string> Devices { get; init; }

    /// <summary>Grows with every keys manifest of the site; nothing to do with the gallery's generation.</summary>
    public required long Version { get; init; }

    /// <summary>When it was signed.</summary>
    public required DateTimeOffset Issued { get; init; }

    /// <summary>Until when it may be taken; what was taken stays.</summary>
    public required DateTimeOffset Expires { get; init; }

    /// <summary>The keys.</summary>
    public required IReadOnlyList<TrustedKey> Keys { get; init; }

    /// <summary>The JSON that is signed.</summary>
    public byte[] ToJson() => PayloadWriter.Object(this, static (json, manifest) =>
    {
        ManifestHead.Write(json, Schema, manifest.Site, manifest.Devices);
        json.WriteNumber("version", manifest.Version);
        json.Time("issued", manifest.Issued);
        json.Time("expires", manifest.Expires);
        json.WriteStartArray("keys");
        foreach (var key in manifest.Keys)
        {
            json.WriteStartObject();
            json.WriteString("kid", key.Id);
            json.WriteBase64String("public_key", key.PublicKey);
            if (key.NotBefore > DateTimeOffset.MinValue)
            {
                json.Time("not_before", key.NotBefore);
            }

            if (key.NotAfter < DateTimeOffset.MaxValue)
            {
                json.Time("not_after", key.NotAfter);
            }

            if (key.Revoked)
            {
                json.WriteBoolean("revoked", true);
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
    });

    /// <summary>Reads one. Only bytes whose signature was checked are worth reading.</summary>
    /// <exception cref="RefusedException">It is none (<c>schema</c>), or a key in it is none (<c>key</c>).</exception>
    public static KeysManifest Parse(ReadOnlyMemory<byte> payload)
    {
        using var document = ManifestHead.Parse(payload, Schema);
        var json = document.RootElement;
        var keys = json.List("keys", MostKeys).EnumerateArray().Select(ReadKey).ToList();
        return keys.DistinctBy(key => key.Id).Count() != keys.Count
            ? throw new RefusedException("schema", "keys: a key comes twice.")
            : new KeysManifest
            {
                Site = json.Text("site"),
                Devices = ManifestHead.Devices(json),
                Version = json.Number("version", 1),
                Issued = json.Time("issued"),
                Expires = json.Time("expires"),
                Keys = keys,
            };
    }

    private static TrustedKey ReadKey(JsonElement json)
    {
        if (json.ValueKind != JsonValueKind.Object)
        {
            throw new RefusedException("schema", "keys: expected objects.");
        }

        var id = json.Text("kid", 16);
        var text = json.Text("public_key", 1024);
        var bytes = new byte[text.Length];
        if (!Convert.TryFromBase64String(text, bytes, out var length))
        {
            throw new RefusedException("schema", "public_key: expected base64.");
        }

        try
        {
            var key = TrustedKeys.Of(bytes[..length]);
            return key.Id != id
                ? throw new RefusedException("key", $"The key '{key.Id}' is named '{id}'.")
                : key with
                {
                    NotBefore = json.TryGetProperty("not_before", out _) ? json.Time("not_before") : DateTimeOffset.MinValue,
                    NotAfter = json.TryGetProperty("not_after", out _) ? json.Time("not_after") : DateTimeOffset.MaxValue,
                    Revoked = json.TryGetProperty("revoked", out var revoked) && revoked.ValueKind != JsonValueKind.False,
                };
        }
        catch (CryptographicException e)
        {
            throw new RefusedException("key", $"The key '{id}' is no public P-256 key: {e.Message}", e);
        }
    }
}
