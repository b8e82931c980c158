using System.Diagnostics;
using Microsoft.Extensions.Logging;
using ShiTu.DemoScene;
using ShiTu.EdgeAgent.Annotation;
using ShiTu.EdgeAgent.Capture;
using ShiTu.EdgeAgent.Configuration;
using ShiTu.EdgeAgent.Demo;
using ShiTu.EdgeAgent.ModelUpdates;
using ShiTu.EdgeAgent.Mqtt;
using ShiTu.EdgeAgent.Pipeline;
using ShiTu.EdgeAgent.Service;

namespace ShiTu.EdgeAgent.Cli;

/// <summary>A run for somebody who looks on: the demo, or given sources. Events go over a broker, inside this process unless one is configured, and are read back from it.</summary>
internal static class ShownRun
{
    /// <summary>Between what the shipped models give strangers (up to about 0.6) and products seen badly; a shop calibrates on its own gallery.</summary>
    private const float DemoThreshold = 0.73f;

    /// <summary>Runs to the end of the sources.</summary>
    public static async Task<int> RunAsync(BoundConfiguration bound, RunRequest request, CancellationToken cancellation)
    {
        var hasBroker = bound.Origins.Keys.Any(key => key.StartsWith("mqtt.brokers", StringComparison.Ordinal)) && !request.Demo;
        var folder = Directory.CreateTempSubdirectory("shitu-edge-");
        try
        {
            var broker = hasBroker ? null : await DemoBroker.StartAsync().ConfigureAwait(false);
            try
            {
                return await RunAsync(Options(bound, request, folder.FullName, broker), request, cancellation).ConfigureAwait(false);
            }
            finally
            {
                if (broker is not null)
                {
                    await broker.DisposeAsync().ConfigureAwait(false);
                }
            }
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static async Task<int> RunAsync(AgentOptions options, RunRequest request, CancellationToken cancellation)
    {
        using var score = request.Demo ? new DemoScore(options.Cameras[0].Demo) : null;
        using var recorder = request.Annotate is { } annotate ? new AnnotationRecorder(annotate, request.Demo ? options.Cameras[0].Demo.FramesPerSecond : 10) : null;
        var reader = new EventReader(await SubscribeAsync(options.Mqtt, cancellation).ConfigureAwait(false), score, request.Json);
        reader.Start();
        RunSummary? summary = null;
        var (start, failures, unreadable) = (0L, 0, 0L);
        var work = new HostedWork(
            logs => new AgentParts(logs, TimeProvider.System, FrameObservers.Join(score, recorder), request.Demo ? FillDemo : null),
            agent =>
            {
                Terminal.Say($"{agent.Models.Identity} on {agent.Models.EngineDescription}; gallery: {agent.Gallery.ItemCount} items, {agent.Gallery.ViewCount} views");
                start = Stopwatch.GetTimestamp();
                return Task.CompletedTask;
            },
            async agent =>
            {
                var seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
                await reader.DisposeAsync().ConfigureAwait(false);
                summary = new RunSummary(agent.Pipeline.Cameras.Sum(camera => camera.Frames), seconds, agent.Pipeline.Latencies.Read(), reader.Counts, score?.Result());
                foreach (var camera in agent.Pipeline.Cameras)
                {
                    if ((camera.Failure ?? NoFrame(camera, seconds)) is { } failure)
                    {
                        Terminal.Error($"{camera.State.Camera}: {failure}");
                        failures++;
                    }
                }

                unreadable = agent.Pipeline.Cameras.Sum(camera => camera.Unreadable);
            });
        var code = await ServiceRun.RunAsync(options, request, work, cancellation).ConfigureAwait(false);
        recorder?.Dispose();
        if (summary is not null)
        {
            summary.Print();
            foreach (var written in recorder?.Written ?? [])
            {
                Terminal.Say($"annotated: {written}");
            }

            if (request.Summary is { } path)
            {
                summary.Save(path);
            }
        }

        return code != ExitCode.Done ? code : failures > 0 ? ExitCode.Failed : unreadable > 0 ? ExitCode.SomeUnreadable : ExitCode.Done;
    }

    // Somebody who looks on must not take a dead camera for an empty belt.
    private static string? NoFrame(CameraReport camera, double seconds) => camera is { Frames: 0, Unreadable: 0 }
        ? $"no frame came in {seconds:0.0} s{(camera.State.Reason is { } reason ? $": {reason}" : "")}; 'shitu-edge camera probe URL' tries it alone."
        : null;

    private static Task<TopicSubscriber> SubscribeAsync(MqttOptions options, CancellationToken cancellation)
    {
        var topics = Topics.Of(options);
        return TopicSubscriber.ConnectAsync(options, [$"{topics.Device}/events/+", $"{topics.Device}/alarms"], cancellation);
    }

    private static void FillDemo(Inference.Models.ModelSet models, Index.Gallery.GalleryStore gallery)
    {
        Terminal.Say("photographing the demo shop's products for the gallery");
        using var bar = new ProgressBar("pictures", DemoGallery.PictureCount);
        DemoGallery.Fill(models, gallery, () => bar.Advance());
    }

    private static AgentOptions Options(BoundConfiguration bound, RunRequest request, string folder, DemoBroker? broker)
    {
        var options = bound.Options;
        var keepsState = !request.Demo && bound.Origins.ContainsKey("state_directory");
        options = options with
        {
            StateDirectory = keepsState ? options.StateFolder : folder,
            RuntimeDirectory = keepsState ? options.RuntimeFolder : folder,
            LogLevel = bound.Origins.ContainsKey("log_level") ? options.LogLevel : LogLevel.Warning,
            Recognition = request.Demo && !bound.Origins.ContainsKey("recognition.threshold") ? options.Recognition with { Threshold = DemoThreshold } : options.Recognition,
            Models = request.Demo || keepsState ? options.Models : new ModelSets(options).InUse.Over(options.Models),
            // A signed gallery is for the shop's own state, not for a run's copy.
            Updates = keepsState ? options.Updates : new GalleryUpdates.UpdateOptions(),
            Cameras = request.Demo ? [Belt(request)] : [.. request.Sources.Select((source, at) => Camera(source, at, request))],
            Mqtt = broker is null ? options.Mqtt : options.Mqtt with { Enabled = true, Brokers = [broker.Address] },
        };
        if (request.Gallery is { } gallery && !request.Demo)
        {
            UseGallery(gallery, options);
        }
        else if (!request.Demo && !keepsState && File.Exists(bound.Options.GalleryPath))
        {
            UseGallery(bound.Options.GalleryPath, options);
        }

        var findings = options.Validate().ToList();
        return findings.Count == 0 ? options : throw new ConfigurationException(findings);
    }

    // The run works on a copy: nothing it does reaches the shop's own gallery.
    private static void UseGallery(string path, AgentOptions options)
    {
        Directory.CreateDirectory(options.StateFolder);
        using var source = Index.Gallery.GalleryStore.OpenReadOnly(path);
        source.CopyTo(options.GalleryPath);
    }

    private static CameraOptions Belt(RunRequest request) => new()
    {
        Name = "belt",
        Source = "demo:",
        Realtime = request.Realtime,
        Demo = new SceneOptions { Seed = request.Seed },
    };

    private static CameraOptions Camera(string source, int at, RunRequest request) => new()
    {
        Name = at == 0 ? "camera" : $"camera-{at + 1}",
        Source = source,
        Realtime = request.Realtime,
    };
}
