using System.CommandLine;
using System.Diagnostics;
using System.Net.Sockets;
using System.Runtime.Intrinsics.X86;
using ShiTu.EdgeAgent.Capture;
using ShiTu.EdgeAgent.Configuration;
using ShiTu.EdgeAgent.Mqtt;
using ShiTu.Index.Gallery;
using ShiTu.Inference.Models;

namespace ShiTu.EdgeAgent.Cli;

/// <summary><c>doctor</c>: looks at everything the service needs and says what is wrong and what to do about it.</summary>
internal static class DoctorVerb
{
    private const long LeastFreeBytes = 512L << 20;
    private const int FirstPlausibleYear = 2025;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    /// <summary>Builds the verb.</summary>
    public static Command Create()
    {
        var command = new Command("doctor", "Checks processor, models, gallery, disk, clock, ffmpeg, broker and cameras.");
        command.SetAction(async (parsed, cancellation) =>
        {
            var bound = SharedOptions.Load(parsed);
            var failures = 0;
            await foreach (var (name, finding, isGood) in ExamineAsync(bound.Options, cancellation).ConfigureAwait(false))
            {
                failures += isGood ? 0 : 1;
                Console.WriteLine($"{(isGood ? Terminal.Paint("ok  ", Paint.Green) : Terminal.Paint("FAIL", Paint.Red))}  {name,-10} {finding}");
            }

            return failures == 0 ? ExitCode.Done : ExitCode.Failed;
        });
        return command;
    }

    private static async IAsyncEnumerable<(string Name, string Finding, bool IsGood)> ExamineAsync(
        AgentOptions options, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellation)
    {
        yield return ("processor", Avx2.IsSupported ? $"{Environment.ProcessorCount} cores with AVX2" : $"{Environment.ProcessorCount} cores without AVX2: use the linux-x64 build, not linux-x64-v3", true);
        ModelSet? models = null;
        yield return Try("models", () =>
        {
            models = AgentModels.Load(options);
            return $"{models.Identity} on {models.EngineDescription}, self-test passed";
        });
        using (models)
        {
            yield return Try("gallery", () => Gallery(options, models));
        }

        yield return Try("state", () => Disk(options.StateFolder));
        yield return TimeProvider.System.GetUtcNow().Year >= FirstPlausibleYear
            ? ("clock", $"{TimeProvider.System.GetUtcNow():u}", true)
            : ("clock", $"{TimeProvider.System.GetUtcNow():u} is not today: set the clock (systemd-timesyncd, chrony)", false);
        yield return Try("ffmpeg", () => Ffmpeg(options.Pipeline.Ffmpeg));
        foreach (var address in options.Mqtt.Enabled ? options.Mqtt.Brokers : [])
        {
            var broker = BrokerAddress.Parse(address);
            yield return await ReachAsync("broker", broker.ToString(), broker.Host, broker.Port, cancellation).ConfigureAwait(false);
        }

        foreach (var camera in options.Cameras.Where(camera => camera.Enabled))
        {
            var source = SourceAddress.Parse(camera.Source);
            if (source.Kind == SourceKind.Stream && Uri.TryCreate(source.Text, UriKind.Absolute, out var url) && url.Scheme is "rtsp" or "http")
            {
                yield return await ReachAsync("camera", $"{camera.Name} ({source.Display})", url.Host, url.Port > 0 ? url.Port : 554, cancellation).ConfigureAwait(false);
            }
            else if (source.Kind is SourceKind.Device or SourceKind.Video or SourceKind.Pictures)
            {
                var there = File.Exists(source.Text) || Directory.Exists(source.Text);
                yield return ("camera", $"{camera.Name}: {source.Text}{(there ? "" : " is not there")}", there);
            }
        }
    }

    private static (string Name, string Finding, bool IsGood) Try(string name, Func<string> look)
    {
        try
        {
            return (name, look(), true);
        }
        catch (Exception error)
        {
            return (name, FailureReport.Explain(error).Message, false);
        }
    }

    private static string Gallery(AgentOptions options, ModelSet? models)
    {
        if (!File.Exists(options.GalleryPath))
        {
            throw new CommandFailure(ExitCode.Failed, $"{options.GalleryPath} is not there: `shitu-edge gallery build` makes it; until then everything is unknown");
        }

        using var store = GalleryStore.OpenReadOnly(options.GalleryPath);
        return models is null || store.ModelIdentity == models.Identity
            ? $"{store.ItemCount} items, {store.ViewCount} views, generation {store.Generation}"
            : throw new CommandFailure(ExitCode.DoesNotFit, $"{options.GalleryPath} belongs to the model {store.ModelIdentity}, in use is {models.Identity}: build it again");
    }

    private static string Disk(string folder)
    {
        Directory.CreateDirectory(folder);
        var probe = Path.Combine(folder, $".probe-{Environment.ProcessId}");
        File.WriteAllText(probe, "");
        File.Delete(probe);
        var free = new DriveInfo(Path.GetFullPath(folder)).AvailableFreeSpace;
        return free >= LeastFreeBytes ? $"{folder}, {free / 1e9:0.0} GB free" : throw new CommandFailure(ExitCode.Storage, $"{folder} has only {free / 1e6:0} MB free; {LeastFreeBytes >> 20} MB are wanted");
    }

    private static string Ffmpeg(string program)
    {
        using var process = Process.Start(new ProcessStartInfo(program, ["-version"]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var first = process.StandardOutput.ReadLine() ?? "";
        process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return first.Split(" Copyright")[0];
    }

    private static async Task<(string Name, string Finding, bool IsGood)> ReachAsync(string name, string what, string host, int port, CancellationToken cancellation)
    {
        using var timer = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        timer.CancelAfter(Patience);
        try
        {
            using var socket = new TcpClient();
            await socket.ConnectAsync(host, port, timer.Token).ConfigureAwait(false);
            return (name, $"{what} answers", true);
        }
        catch (Exception error) when (error is SocketException or OperationCanceledException)
        {
            return (name, $"{what} does not answer on {host}:{port} ({(error is SocketException ? error.Message : $"nothing within {Patience.TotalSeconds:0} s")})", false);
        }
    }
}
