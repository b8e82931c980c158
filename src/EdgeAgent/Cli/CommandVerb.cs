using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Nodes;
using ShiTu.EdgeAgent.Configuration;
using ShiTu.EdgeAgent.GalleryUpdates;
using ShiTu.EdgeAgent.Mqtt;

namespace ShiTu.EdgeAgent.Cli;

/// <summary><c>command DEVICE NAME</c>: sends a signed command and waits for its receipt.</summary>
internal static class CommandVerb
{
    private static readonly Argument<string> Device = new("DEVICE") { Description = "Name of the device in its site." };
    private static readonly Argument<string> Name = new("NAME") { Description = "gallery.rollback, gallery.state, item.add, item.remove, item.relabel, outbox.replay, camera.restart, snapshot." };
    private static readonly Option<string[]> Args = new("--arg", "-a") { Description = "An argument, such as --arg item=sku-4411; may be given several times.", HelpName = "NAME=VALUE", DefaultValueFactory = _ => [] };
    private static readonly Option<string[]> Pictures = new("--picture", "-p") { Description = "JPEG for item.add; may be given several times.", HelpName = "FILE", DefaultValueFactory = _ => [] };
    private static readonly Option<string?> Valid = OwnerArguments.Duration("--valid", "How long the device may carry it out; 5m without it.");
    private static readonly Option<string?> Wait = OwnerArguments.Duration("--wait", "How long the answer is waited for; 30s without it.");
    private static readonly Option<string?> Key = OwnerArguments.Key();

    /// <summary>Builds the verb.</summary>
    public static System.CommandLine.Command Create()
    {
        var command = new System.CommandLine.Command("command", "Sends a signed command to a device and shows its receipt.") { Device, Name, Args, Pictures, Key, OwnerArguments.Broker, OwnerArguments.Site, Valid, Wait };
        command.SetAction(async (parsed, cancellation) =>
        {
            var options = OwnerArguments.Load(parsed);
            using var key = OwnerArguments.LoadKey(parsed, Key);
            var arguments = Arguments(parsed.GetValue(Args)!, parsed.GetValue(Pictures)!);
            return await SendAsync(parsed, options, parsed.GetValue(Device)!, parsed.GetValue(Name)!, arguments, key, cancellation).ConfigureAwait(false);
        });
        return command;
    }

    /// <summary>Sends a command and shows its receipt.</summary>
    /// <returns>The exit code.</returns>
    public static async Task<int> SendAsync(ParseResult parsed, AgentOptions options, string device, string name, JsonObject arguments, SigningKey key, CancellationToken cancellation)
    {
        if (!TopicName.IsValid(device))
        {
            throw new CommandFailure(ExitCode.Usage, $"{device}: no device's name; expected 1 to 64 of a-z, 0-9, _ and -.");
        }

        var now = TimeProvider.System.GetUtcNow();
        var id = Guid.NewGuid().ToString("N");
        var command = new GalleryUpdates.Command(
            name, id, $"{options.Mqtt.Site}/{device}", now, now + (OwnerArguments.DurationOf(parsed, Valid) ?? TimeSpan.FromMinutes(5)), id, JsonElement.Parse(arguments.ToJsonString()));
        var patience = OwnerArguments.DurationOf(parsed, Wait) ?? TimeSpan.FromSeconds(30);
        var receipt = await OwnerArguments.WithBrokerAsync(options.Mqtt, () => CommandSending.SendAsync(command, key, options.Mqtt, device, patience, cancellation), cancellation).ConfigureAwait(false)
            ?? throw new CommandFailure(ExitCode.Failed, $"{device} did not answer within {patience.TotalSeconds:0} s. Is it online (`gallery watch`), and does it trust the key {key.Id}?");
        var accepted = receipt.GetProperty("accepted").GetBoolean();
        Console.WriteLine(parsed.GetValue(SharedOptions.Json)
            ? receipt.GetRawText()
            : $"{(accepted ? "accepted" : $"refused ({receipt.GetProperty("check").GetString()})")}\t{receipt.GetProperty("text").GetString()}");
        return accepted ? ExitCode.Done : ExitCode.Failed;
    }

    private static JsonObject Arguments(string[] named, string[] pictures)
    {
        var arguments = new JsonObject();
        foreach (var text in named)
        {
            var split = text.IndexOf('=', StringComparison.Ordinal);
            if (split < 1)
            {
                throw new CommandFailure(ExitCode.Usage, $"--arg {text}: expected name=value, such as --arg item=sku-4411.");
            }

            var (name, value) = (text[..split], text[(split + 1)..]);
            arguments[name] = name == "from_seq" && long.TryParse(value, out var number) ? JsonValue.Create(number) : JsonValue.Create(value);
        }

        if (pictures.Length > 0)
        {
            arguments["pictures"] = new JsonArray([.. pictures.Select(file => (JsonNode?)JsonValue.Create(Convert.ToBase64String(File.ReadAllBytes(file))))]);
        }

        return arguments;
    }
}
