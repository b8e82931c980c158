using System.CommandLine;
using System.Text;
using System.Text.Json.Nodes;
using ShiTu.EdgeAgent.Configuration;
using ShiTu.EdgeAgent.Events;
using ShiTu.EdgeAgent.GalleryUpdates;
using ShiTu.EdgeAgent.Outbox;

namespace ShiTu.EdgeAgent.Cli;

/// <summary><c>outbox show|replay</c>: what waits for the broker, and sending delivered events again.</summary>
internal static class OutboxVerb
{
    /// <summary>Builds the verb.</summary>
    public static System.CommandLine.Command Create() => new("outbox", "Shows what waits for the broker, or sends delivered events again.") { Show(), Replay() };

    private static System.CommandLine.Command Show()
    {
        var all = new Option<bool>("--all") { Description = "Also what was delivered and is kept for a replay." };
        var limit = new Option<int>("--limit", "-n") { Description = "At most so many messages, the newest; 100 without it.", DefaultValueFactory = _ => 100 };
        var command = new System.CommandLine.Command("show", "Shows the messages that wait; works beside a running service.") { all, limit };
        command.SetAction(parsed =>
        {
            var path = Existing(SharedOptions.Load(parsed).Options);
            var listing = OutboxListing.Read(path, parsed.GetValue(all), Math.Max(0, parsed.GetValue(limit)));
            var json = parsed.GetValue(SharedOptions.Json);
            foreach (var message in listing.Messages)
            {
                Console.WriteLine(json ? Json(message)
                    : $"{message.Number}\t{message.Seq?.ToString() ?? "-"}\t{Rfc3339.Format(message.Time)}\t{message.Topic}\t{message.Payload.Length} bytes\t{(message.Delivered is { } at ? $"delivered {Rfc3339.Format(at)}" : "waits")}");
            }

            Terminal.Say($"{listing.Pending} wait ({listing.PendingBytes} bytes), {listing.Kept} delivered ones are kept for a replay; last event {listing.LastSeq}.");
            return ExitCode.Done;
        });
        return command;
    }

    private static System.CommandLine.Command Replay()
    {
        var from = new Option<long>("--from-seq") { Description = "Events from this number on.", HelpName = "N" };
        var since = new Option<string?>("--since") { Description = "Events since this time, such as 2026-03-01T12:00:00Z.", HelpName = "TIME" };
        var device = new Option<string?>("--device") { Description = "A device whose running service does it, by a signed command.", HelpName = "NAME" };
        var key = OwnerArguments.Key(required: false);
        var command = new System.CommandLine.Command("replay", "Sends delivered events again: those of this device's stopped service, or of a running one by --device and --key.")
        {
            from, since, device, key, OwnerArguments.Broker, OwnerArguments.Site,
        };
        command.SetAction(async (parsed, cancellation) =>
        {
            var time = DateTimeOffset.UnixEpoch;
            if (parsed.GetValue(since) is { } text && !Rfc3339.TryParse(text, out time))
            {
                throw new CommandFailure(ExitCode.Usage, $"--since {text}: expected a time such as 2026-03-01T12:00:00Z.");
            }

            if (parsed.GetValue(from) <= 0 && parsed.GetValue(since) is null)
            {
                throw new CommandFailure(ExitCode.Usage, "Expected --from-seq N or --since TIME.");
            }

            var options = OwnerArguments.Load(parsed);
            if (parsed.GetValue(key) is null)
            {
                if (parsed.GetValue(device) is not null)
                {
                    throw new CommandFailure(ExitCode.Usage, "--device asks a running service by a signed command: expected --key FILE too.");
                }

                return await ReplayHereAsync(options, parsed.GetValue(from), time).ConfigureAwait(false);
            }

            var arguments = new JsonObject();
            if (parsed.GetValue(from) > 0)
            {
                arguments["from_seq"] = parsed.GetValue(from);
            }

            if (parsed.GetValue(since) is not null)
            {
                arguments["since"] = Rfc3339.Format(time);
            }

            using var signer = OwnerArguments.LoadKey(parsed, key);
            return await CommandVerb.SendAsync(parsed, options, parsed.GetValue(device) ?? options.Mqtt.DeviceName, "outbox.replay", arguments, signer, cancellation).ConfigureAwait(false);
        });
        return command;
    }

    private static async Task<int> ReplayHereAsync(AgentOptions options, long fromSeq, DateTimeOffset since)
    {
        OutboxStore outbox;
        try
        {
            outbox = OutboxStore.Open(Existing(options), options.Outbox, options.Mqtt.DeviceName, options.Mqtt.InFlight, TimeProvider.System);
        }
        catch (OutboxException error)
        {
            throw new CommandFailure(ExitCode.Failed, $"{error.Message} Stop the service, or give --key to ask it by a signed command.");
        }

        await using (outbox.ConfigureAwait(false))
        {
            Console.WriteLine($"{await outbox.ReplayAsync(fromSeq, since).ConfigureAwait(false)} events are sent again at the next start of the service.");
        }

        return ExitCode.Done;
    }

    private static string Existing(AgentOptions options) => File.Exists(options.OutboxPath)
        ? options.OutboxPath
        : throw new CommandFailure(ExitCode.Failed, $"{options.OutboxPath}: there is no outbox; for a service of another user give its --config, or --set state_directory=….");

    private static string Json(ListedMessage message) => Encoding.UTF8.GetString(PayloadWriter.Object(message, static (json, one) =>
    {
        json.WriteNumber("number", one.Number);
        json.Optional("seq", one.Seq);
        json.WriteString("topic", one.Topic);
        json.WriteString("id", one.Id);
        json.WriteString("type", one.Type);
        json.Time("time", one.Time);
        if (one.Delivered is { } delivered)
        {
            json.Time("delivered", delivered);
        }

        json.WritePropertyName("payload");
        json.WriteRawValue(one.Payload);
    }));
}
