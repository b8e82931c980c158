using System.CommandLine;
using System.Text;
using System.Text.Json;
using ShiTu.EdgeAgent.Events;
using ShiTu.EdgeAgent.GalleryUpdates;
using ShiTu.EdgeAgent.Mqtt;

namespace ShiTu.EdgeAgent.Cli.Gallery;

/// <summary><c>gallery watch</c>: what the devices of a site hold and answer, a line each.</summary>
internal static class GalleryWatchVerb
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(2);

    /// <summary>Builds the verb.</summary>
    public static System.CommandLine.Command Create()
    {
        var time = OwnerArguments.Duration("--for", "Ends after this time; without it at Ctrl-C.");
        var command = new System.CommandLine.Command("watch", "Follows the devices of a site: state, gallery, and every receipt.") { OwnerArguments.Broker, OwnerArguments.Site, time };
        command.SetAction(async (parsed, cancellation) =>
        {
            var options = OwnerArguments.Load(parsed).Mqtt;
            using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            if (OwnerArguments.DurationOf(parsed, time) is { } duration)
            {
                end.CancelAfter(duration);
            }

            try
            {
                await FollowAsync(options, parsed.GetValue(SharedOptions.Json), end.Token).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
            {
                // The time is over.
            }

            return ExitCode.Done;
        });
        return command;
    }

    // A broker that cannot be reached at first is an error of the person; one that goes later comes back.
    private static async Task FollowAsync(MqttOptions options, bool json, CancellationToken cancellation)
    {
        var seen = false;
        while (true)
        {
            try
            {
                await OwnerArguments.WithBrokerAsync(options, async () =>
                {
                    await foreach (var report in GalleryWatch.WatchAsync(options, cancellation).ConfigureAwait(false))
                    {
                        Console.WriteLine(json ? Json(report) : Line(report));
                        seen = true;
                    }

                    return 0;
                }, cancellation).ConfigureAwait(false);
                cancellation.ThrowIfCancellationRequested();
                Terminal.Warn($"The broker ended the connection; trying again.");
            }
            catch (CommandFailure failure) when (seen)
            {
                Terminal.Warn(failure.Message);
            }

            await Task.Delay(Pause, cancellation).ConfigureAwait(false);
        }
    }

    private static string Json(DeviceReport report) => Encoding.UTF8.GetString(PayloadWriter.Object(report, static (json, one) =>
    {
        json.WriteString("device", one.Device);
        json.WriteString("kind", one.Kind);
        json.WritePropertyName("document");
        one.Document.WriteTo(json);
    }));

    private static string Line(DeviceReport report)
    {
        var document = report.Document;
        return $"{report.Device,-16} " + report.Kind switch
        {
            "receipts" when document.TryGetProperty("accepted", out var accepted) && accepted.ValueKind == JsonValueKind.True =>
                Terminal.Paint($"accepted {Field(document, "ref")}", Paint.Green) + $": {Field(document, "text")}",
            "receipts" => Terminal.Paint($"refused {Field(document, "ref")} ({Field(document, "check")})", Paint.Red) + $": {Field(document, "text")}",
            "gallery" => $"gallery generation {Field(document, "generation")}, {Field(document, "items")} items, {Field(document, "views")} views, {Field(document, "local_items")} local, {Field(document, "model")}",
            _ => Terminal.Paint($"{Field(document, "state")}", Field(document, "state") == "online" ? Paint.Green : Paint.Yellow) + $" since {Field(document, "since")}, version {Field(document, "version")}",
        };
    }

    // Devices are believed, but not to the letter: what they send never moves the cursor of the person who looks.
    private static string Field(JsonElement document, string name) =>
        document.ValueKind == JsonValueKind.Object && document.TryGetProperty(name, out var value) ? string.Concat(value.ToString().Where(c => !char.IsControl(c))) : "-";
}
