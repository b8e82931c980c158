using System.CommandLine;
using System.Text;
using ShiTu.EdgeAgent.Events;
using ShiTu.EdgeAgent.GalleryUpdates;

namespace ShiTu.EdgeAgent.Cli;

/// <summary><c>gallery push OUT</c>, <c>models push OUT</c>: publishes the chunks that the broker lacks, then the manifest.</summary>
internal static class PushVerb
{
    /// <summary>Builds the verb.</summary>
    public static System.CommandLine.Command Create(PushKind kind)
    {
        var folder = new Argument<string>("OUT") { Description = $"What `{kind.Verb} sign` wrote." };
        var all = new Option<bool>("--all") { Description = "Publishes every chunk, also those that the broker seems to hold: after it lost some." };
        var command = new System.CommandLine.Command("push", $"Publishes a signed {kind.Noun}; every device of its site takes it.") { folder, all, OwnerArguments.Broker };
        command.SetAction(async (parsed, cancellation) =>
        {
            var options = OwnerArguments.Load(parsed).Mqtt;
            using var bar = new PushBar();
            var manifest = await OwnerArguments.WithBrokerAsync(
                options, () => ManifestPush.PushAsync(kind, parsed.GetValue(folder)!, options, parsed.GetValue(all), bar, cancellation), cancellation).ConfigureAwait(false);
            Console.WriteLine(parsed.GetValue(SharedOptions.Json)
                ? Encoding.UTF8.GetString(PayloadWriter.Object((manifest, bar.Sent), static (json, pushed) =>
                {
                    json.WriteString("site", pushed.manifest.Site);
                    json.WriteNumber("generation", pushed.manifest.Generation);
                    json.WriteNumber("chunks", pushed.manifest.Chunks.Count);
                    json.WriteNumber("chunks_sent", pushed.Sent);
                }))
                : $"{manifest.Site}\tgeneration {manifest.Generation}\t{bar.Sent} of {manifest.Chunks.Count} chunks sent");
            Terminal.Say($"`{kind.Verb} watch` shows what the devices answer.");
            return ExitCode.Done;
        });
        return command;
    }

    /// <summary>A bar whose length the first report tells.</summary>
    private sealed class PushBar : IProgress<PushProgress>, IDisposable
    {
        private ProgressBar? _bar;

        public int Sent { get; private set; }

        public void Report(PushProgress value)
        {
            _bar ??= new ProgressBar("chunks", value.Total);
            _bar.Advance(value.Done - Sent);
            Sent = value.Done;
        }

        public void Dispose() => _bar?.Dispose();
    }
}
