using System.Collections.Concurrent;
using System.Diagnostics;
using Microsoft.Extensions.Logging.Abstractions;
using ShiTu.EdgeAgent.Capture;
using ShiTu.EdgeAgent.Events;
using ShiTu.EdgeAgent.Pipeline;
using ShiTu.EdgeAgent.Recognition;
using ShiTu.EdgeAgent.Tests.Capture;
using ShiTu.EdgeAgent.Tests.Tracking;
using ShiTu.Inference.Imaging;
using ShiTu.TestKit;
using Xunit;

namespace ShiTu.EdgeAgent.Tests.Pipeline;

public sealed class RecognitionPipelineTests : IAsyncLifetime
{
    private readonly ColourShop _shop = new();
    private readonly TestVideos _files = new();
    private readonly RecordedEvents _events = new();
    private readonly ConcurrentDictionary<string, CountedPulse> _pulses = new();

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync()
    {
        _files.Dispose();
        return _shop.DisposeAsync();
    }

    [Fact]
    public async Task A_folder_gives_one_result_a_picture_and_an_unreadable_one_costs_only_itself()
    {
        _files.Picture("1-red.bmp", 255, 0, 0, 256, 256);
        _files.Picture("2-blue.bmp", 0, 0, 255, 256, 256);
        _files.Picture("4-white.bmp", 255, 255, 255, 256, 256);
        await File.WriteAllTextAsync(Path.Combine(_files.Folder, "3-broken.png"), "broken", TestContext.Current.CancellationToken);
        using var pipeline = Pipeline([new CameraOptions { Name = "scan", Source = _files.Folder }]);
        await pipeline.RunAsync(TestContext.Current.CancellationToken);
        Assert.Equal(["scan-1 Confirmed red", "scan-2 Confirmed blue", "scan-3 Confirmed unknown"], _events.Story);
        Assert.Equal(["1-red.bmp", "2-blue.bmp", "4-white.bmp"], _events.All.Select(e => Path.GetFileName(e.File)));
        Assert.All(_events.All, e => Assert.Equal(_shop.Models.Set.Identity, e.Model));
        var report = Assert.Single(pipeline.Cameras);
        Assert.Equal((3, 1, CameraStatus.Stopped), (report.Frames, report.Unreadable, report.State.Status));
        Assert.Null(report.Failure);
        Assert.Contains(pipeline.Latencies.Read(), stage => stage is { Name: "total", Count: 3, P50Ms: > 0 });
    }

    [Fact]
    public async Task A_video_gives_the_story_of_its_objects()
    {
        const string Belt = "color=c=black:size=256x256:rate=10[belt];color=c=red:size=64x64:rate=10[red];color=c=0x555555:size=64x64:rate=10[grey];"
            + "[belt][red]overlay=x='-80+t*60':y=112[half];[half][grey]overlay=x='-80+(t-3)*60':y=16";
        var video = _files.Video("belt.mkv", Belt, 10, "ffv1");
        using var pipeline = Pipeline([new CameraOptions { Name = "belt", Source = video }]);
        await pipeline.RunAsync(TestContext.Current.CancellationToken);
        Assert.Equal(["red", "unknown"], _events.Of(EventType.Confirmed).Select(Outcome).Order());
        Assert.Equal(2, _events.Of(EventType.Opened).Count);
        Assert.Equal(2, _events.Of(EventType.Closed).Count);
        Assert.Empty(_events.Of(EventType.Changed));
        Assert.Equal(100, Assert.Single(pipeline.Cameras).Frames);
    }

    [Fact]
    public async Task A_still_belt_is_not_worked_on_each_frame_and_nothing_on_it_is_lost()
    {
        var video = _files.Video("still.mkv", "color=c=black:size=256x256:rate=20,drawbox=x=112:y=112:w=64:h=64:color=0x00FF00:t=fill", 20, "ffv1");
        using var pipeline = Pipeline([new CameraOptions { Name = "belt", Source = video }]);
        await pipeline.RunAsync(TestContext.Current.CancellationToken);
        Assert.Equal(["belt-1 Opened unknown", "belt-1 Confirmed green", "belt-1 Closed green"], _events.Story);
        Assert.InRange(_events.All[^1].DurationMs!.Value, 19_000, 20_000);
        var report = Assert.Single(pipeline.Cameras);
        Assert.Equal(400, report.Frames);
        Assert.InRange(report.Skipped, 350, 399);
    }

    [Fact]
    public async Task Cameras_share_the_workers_fairly_and_stop_soon_after_the_word()
    {
        CameraOptions[] cameras = [.. Enumerable.Range(0, 4).Select(i => new CameraOptions { Name = $"cam-{i}", Source = "synthetic:128x128@1000", Realtime = true })];
        using var pipeline = Pipeline(cameras, new PipelineOptions { Workers = 2, MaxFrameAge = TimeSpan.FromSeconds(30) });
        using var stop = new CancellationTokenSource();
        var running = pipeline.RunAsync(stop.Token);
        await RunningCamera.Until(() => pipeline.Cameras.Min(report => report.Frames) >= 30, "30 frames of every camera");
        var watch = Stopwatch.StartNew();
        await stop.CancelAsync();
        await running;
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(20), $"stopped after {watch.Elapsed}");
        var frames = pipeline.Cameras.Select(report => report.Frames).ToList();
        Assert.True(frames.Max() <= 4 * frames.Min(), $"frames a camera: {string.Join(", ", frames)}");
        Assert.All(_events.Of(EventType.Opened), opened => Assert.Contains(_events.Of(EventType.Closed), closed => closed.Object == opened.Object));
        Assert.Equal(["camera cam-0", "camera cam-1", "camera cam-2", "camera cam-3", "worker 0", "worker 1"], _pulses.Keys.Order());
        Assert.All(_pulses.Values, pulse => Assert.True(pulse.Beats > 0));
    }

    [Fact]
    public async Task Frames_that_are_too_old_are_thrown_away_and_counted()
    {
        using var pipeline = Pipeline([new CameraOptions { Name = "cam", Source = "synthetic:64x48@50#20", Realtime = true }], new PipelineOptions { MaxFrameAge = TimeSpan.FromTicks(1) });
        await pipeline.RunAsync(TestContext.Current.CancellationToken);
        var report = Assert.Single(pipeline.Cameras);
        Assert.Equal(0, report.Frames);
        Assert.True(report.Stale > 0);
    }

    [Fact]
    public async Task A_source_that_fails_does_not_stop_the_others()
    {
        _files.Picture("1.bmp", 255, 0, 0, 256, 256);
        using var pipeline = Pipeline([new CameraOptions { Name = "gone", Source = "/nowhere/list.txt" }, new CameraOptions { Name = "scan", Source = _files.Folder }]);
        await pipeline.RunAsync(TestContext.Current.CancellationToken);
        Assert.Equal(["scan-1 Confirmed red"], _events.Story);
        Assert.Contains("/nowhere/list.txt: no such", pipeline.Cameras[0].Failure, StringComparison.Ordinal);
        Assert.Null(pipeline.Cameras[1].Failure);
    }

    [Fact]
    public void A_frame_without_events_allocates_nothing()
    {
        using var work = new FrameWork(Parts([], new PipelineOptions { DetectEvery = TimeSpan.FromMilliseconds(300) }), new StageLatencies());
        using var pipeline = Pipeline([new CameraOptions { Name = "cam", Source = "synthetic:64x48@50" }]);
        var lane = Assert.Single(pipeline.Lanes);
        var frame = new Frame();
        frame.Resize(ColourShop.Side, ColourShop.Side, PixelOrder.Rgb);
        ColourShop.Picture((48, 48, 255, 0, 0), (144, 144, 85, 85, 85)).Pixels.CopyTo(frame.Pixels);
        for (var i = 0; i < 100; i++)
        {
            Next();
        }

        SteadyState.AllocatesNothing(() =>
        {
            for (var i = 0; i < 100; i++)
            {
                Next();
            }
        });
        Assert.Equal(2, _events.Of(EventType.Confirmed).Count);
        Assert.Equal(700, lane.Report.Frames);

        void Next()
        {
            frame.Pixels[0] = (byte)(frame.Number % 3 * 100);
            frame.Number++;
            frame.SceneTime += TimeSpan.FromMilliseconds(100);
            frame.Arrived = TimeProvider.System.GetTimestamp();
            work.Do(lane, frame);
        }
    }

    private static string Outcome(RecognitionEvent e) => e.Verdict.Decision == Decision.Recognised ? e.Verdict.Best!.Item : e.Verdict.Decision.ToString().ToLowerInvariant();

    private RecognitionPipeline Pipeline(IReadOnlyList<CameraOptions> cameras, PipelineOptions? options = null) => new(Parts(cameras, options));

    private PipelineParts Parts(IReadOnlyList<CameraOptions> cameras, PipelineOptions? options) => new()
    {
        Models = _shop.Models.Set,
        Index = _shop.Index,
        Thresholds = _shop.Thresholds,
        Recognition = ColourShop.Options,
        Pipeline = options ?? new PipelineOptions(),
        Cameras = cameras,
        Events = _events,
        Pulse = name => _pulses.GetOrAdd(name, _ => new CountedPulse()),
        Logs = NullLoggerFactory.Instance,
    };
}
