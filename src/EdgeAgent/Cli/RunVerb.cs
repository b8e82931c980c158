using System.CommandLine;
using ShiTu.EdgeAgent.Capture;
using ShiTu.EdgeAgent.Configuration;
using ShiTu.EdgeAgent.Demo;

namespace ShiTu.EdgeAgent.Cli;

/// <summary><c>run</c>: the service, the demo, or a run over given sources.</summary>
internal static class RunVerb
{
    private static readonly Option<bool> DemoOption = new("--demo") { Description = "A drawn belt, its own gallery, a broker inside this process; writes only under a temporary folder." };

    private static readonly Option<string[]> Source = new("--source", "-s")
    {
        Description = "rtsp://…, http://…, /dev/video0, a video, a folder or list of pictures, a picture; may be given several times.",
        HelpName = "URL|PATH",
        DefaultValueFactory = _ => [],
    };

    private static readonly Option<string?> Gallery = new("--gallery", "-g") { Description = "Gallery for --source; without it gallery.db of the state directory.", HelpName = "DB" };
    private static readonly Option<string?> Summary = new("--summary") { Description = "Writes frames, rates, latencies and, for the demo, right and wrong as JSON.", HelpName = "F.json" };
    private static readonly Option<string?> For = new("--for") { Description = "Ends after this time, such as 30s or 5m.", HelpName = "DURATION" };
    private static readonly Option<string?> Annotate = new("--annotate") { Description = "Leaves an annotated video of each source in this folder.", HelpName = "DIR" };
    private static readonly Option<int> Seed = new("--seed") { Description = "Another demo scene.", DefaultValueFactory = _ => 1 };
    private static readonly Option<bool> Realtime = new("--realtime") { Description = "Plays the demo and files at their own pace, as a camera would." };

    /// <summary>Builds the verb.</summary>
    public static Command Create()
    {
        var command = new Command("run", "Runs the service; with --demo or --source, a run that shows what it sees.") { DemoOption, Source, Gallery, Summary, For, Annotate, Seed, Realtime };
        command.SetAction(async (parsed, cancellation) =>
        {
            var bound = SharedOptions.Load(parsed);
            var request = new RunRequest(
                parsed.GetValue(DemoOption),
                parsed.GetValue(Source)!,
                parsed.GetValue(Gallery),
                parsed.GetValue(Summary),
                Duration(parsed.GetValue(For)),
                parsed.GetValue(Annotate),
                parsed.GetValue(Seed),
                parsed.GetValue(Realtime),
                parsed.GetValue(SharedOptions.Json));
            if (request.Demo && request.Sources.Length > 0)
            {
                throw new CommandFailure(ExitCode.Usage, "--demo and --source exclude each other.");
            }

            return request.Demo || request.Sources.Length > 0
                ? await ShownRun.RunAsync(bound, request, cancellation).ConfigureAwait(false)
                : await ServiceRun.RunAsync(Cameras(bound.Options), request, cancellation).ConfigureAwait(false);
        });
        return command;
    }

    private static AgentOptions Cameras(AgentOptions options) => options.Cameras.Any(camera => camera.Enabled)
        ? options
        : throw new ConfigurationException(["cameras: none is configured. Add one ({ \"name\": \"belt\", \"source\": \"rtsp://…\" }) to the configuration, or give --source, or --demo."]);

    private static TimeSpan? Duration(string? text) => text is null ? null
        : DurationConverter.TryParse(text, out var duration) && duration > TimeSpan.Zero ? duration
        : throw new CommandFailure(ExitCode.Usage, $"--for {text}: expected a duration such as 30s, 5m or 1h.");
}
