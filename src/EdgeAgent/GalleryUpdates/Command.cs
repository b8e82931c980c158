using System.Text.Json;
using ShiTu.EdgeAgent.Events;

namespace ShiTu.EdgeAgent.GalleryUpdates;

/// <summary>A signed command (contract 2.3).</summary>
/// <param name="Name">What to do, as <c>gallery.rollback</c>.</param>
/// <param name="Id">Its id; the receipt names it.</param>
/// <param name="Target"><c>{site}/{device}</c>, or <c>{site}/*</c>.</param>
/// <param name="Issued">When it was signed.</param>
/// <param name="Expires">Until when it may be carried out.</param>
/// <param name="Nonce">Never used twice.</param>
/// <param name="Args">Its arguments, a JSON object.</param>
internal sealed record Command(string Name, string Id, string Target, DateTimeOffset Issued, DateTimeOffset Expires, string Nonce, JsonElement Args)
{
    /// <summary>Reads one. Only bytes whose signature was checked are worth reading.</summary>
    public static Command Parse(ReadOnlyMemory<byte> payload)
    {
        using var document = JsonFields.ParseObject(payload);
        var json = document.RootElement;
        var args = json.TryGetProperty("args", out var value) ? value : default;
        if (args.ValueKind is not (JsonValueKind.Object or JsonValueKind.Undefined))
        {
            throw new RefusedException("schema", "args: expected an object.");
        }

        return new Command(json.Text("command", 64), json.Text("id", 128), json.Text("target", 130), json.Time("issued"), json.Time("expires"), json.Text("nonce", 128),
            args.ValueKind == JsonValueKind.Object ? args.Clone() : JsonDocument.Parse("{}").RootElement);
    }

    /// <summary>The JSON that is signed.</summary>
    public byte[] ToJson() => PayloadWriter.Object(this, static (json, command) =>
    {
        json.WriteString("command", command.Name);
        json.WriteString("id", command.Id);
        json.WriteString("target", command.Target);
        json.Time("issued", command.Issued);
        json.Time("expires", command.Expires);
        json.WriteString("nonce", command.Nonce);
        json.WritePropertyName("args");
        command.Args.WriteTo(json);
    });
}
