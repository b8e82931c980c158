using System.CommandLine;
using System.Diagnostics;
using Microsoft.Extensions.Logging.Abstractions;
using ShiTu.EdgeAgent.Capture;

namespace ShiTu.EdgeAgent.Cli;

/// <summary><c>camera probe URL</c>: opens a source and says what comes.</summary>
internal static class CameraVerb
{
    private const int WantedFrames = 20;

    /// <summary>Builds the verb.</summary>
    public static Command Create()
    {
        var source = new Argument<string>("URL|PATH") { Description = "As in a camera's source." };
        var wait = new Option<int>("--seconds") { Description = "How long to wait for frames.", DefaultValueFactory = _ => 15 };
        var probe = new Command("probe", "Opens a source and says size, rate and time to the first frame.") { source, wait };
        probe.SetAction(async (parsed, cancellation) =>
        {
            var options = new CameraOptions { Name = "probe", Source = parsed.GetValue(source)! };
            if (options.Validate("camera").ToList() is { Count: > 0 } findings)
            {
                throw new CommandFailure(ExitCode.Usage, string.Join(Environment.NewLine, findings));
            }

            return await ProbeAsync(options, SharedOptions.Load(parsed).Options.Pipeline.Ffmpeg, TimeSpan.FromSeconds(parsed.GetValue(wait)), cancellation).ConfigureAwait(false);
        });
        return new Command("camera", "Looks at cameras.") { probe };
    }

    private static async Task<int> ProbeAsync(CameraOptions options, string ffmpeg, TimeSpan patience, CancellationToken cancellation)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        stop.CancelAfter(patience);
        var listener = new LastState();
        using var loop = new CameraLoop(options, ffmpeg, () => { }, listener, new NoPulse(), TimeProvider.System, NullLogger.Instance);
        var start = Stopwatch.GetTimestamp();
        var running = loop.RunAsync(stop.Token);
        var (frames, first, last) = (0, TimeSpan.Zero, TimeSpan.Zero);
        var size = "";
        while (frames < WantedFrames && !stop.IsCancellationRequested && (!running.IsCompleted || loop.Frames.HasFrame))
        {
            if (loop.Frames.TryTake() is { } frame)
            {
                last = Stopwatch.GetElapsedTime(start);
                first = frames++ == 0 ? last : first;
                size = $"{frame.Width}x{frame.Height}";
                loop.Frames.Return(frame);
            }
            else
            {
                await Task.Delay(TimeSpan.FromMilliseconds(5), CancellationToken.None).ConfigureAwait(false);
            }
        }

        await stop.CancelAsync().ConfigureAwait(false);
        await running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (frames == 0)
        {
            throw new CommandFailure(ExitCode.Failed, $"{SourceAddress.Parse(options.Source).Display}: no frame within {patience.TotalSeconds:0} s. {listener.Reason}".TrimEnd());
        }

        Console.WriteLine($"{size}, first frame after {first.TotalSeconds:0.00} s{(frames > 1 && last > first ? $", {(frames - 1) / (last - first).TotalSeconds:0.0} frames/s" : "")}");
        return ExitCode.Done;
    }

    private sealed class LastState : ICameraStateListener
    {
        public string? Reason { get; private set; }

        public void Changed(CameraState state) => Reason = state.Reason ?? Reason;
    }

    private sealed class NoPulse : Pipeline.IPulse
    {
        public void Beat()
        {
        }

        public void Wait()
        {
        }
    }
}
