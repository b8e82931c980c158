using Microsoft.Extensions.Logging;
using ShiTu.EdgeAgent.Capture;
using ShiTu.EdgeAgent.Recognition;
using ShiTu.EdgeAgent.Tracking;

namespace ShiTu.EdgeAgent.Pipeline;

/// <summary>
/// Cameras to events: a loop a camera that keeps frames coming, and a fixed set of workers that take them by turns. Cameras, workers and their threads live as long as <see cref="RunAsync"/>.
/// </summary>
internal sealed class RecognitionPipeline : IDisposable
{
    private static readonly TimeSpan IdleWait = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan DrainWait = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan HousekeepingEvery = TimeSpan.FromSeconds(1);
    private readonly FrameScheduler _scheduler = new();

    /// <summary>Builds the lanes; nothing starts yet.</summary>
    /// <exception cref="ArgumentException">A camera's source is no source; the message says what would be right.</exception>
    public RecognitionPipeline(PipelineParts parts)
    {
        Parts = parts;
        var log = parts.Logs.CreateLogger("ShiTu.Cameras");
        var boxes = parts.Recognition.MaxBoxes + 1;
        foreach (var camera in parts.Cameras.Where(camera => camera.Enabled))
        {
            var events = new ObjectEvents(camera.Name, parts.Models.Identity, parts.Events, parts.Time);
            _scheduler.Add(new CameraLane(
                new CameraLoop(camera, parts.Pipeline.Ffmpeg, _scheduler.Signal, parts.Listener, parts.Pulse($"camera {camera.Name}"), parts.Time, log),
                new SceneObjects(parts.Tracking, parts.Recognition.Margin, Math.Max(boxes, Recogniser.MostParityBoxes), parts.Models.Feature.Dimension, parts.Recognition.Candidates, events),
                events,
                new ChangeGate(parts.Pipeline.ChangeThreshold),
                Math.Max(boxes, Recogniser.MostParityBoxes)));
        }
    }

    /// <summary>Time of every stage since the start.</summary>
    public StageLatencies Latencies { get; } = new();

    /// <summary>What it is built from.</summary>
    public PipelineParts Parts { get; }

    /// <summary>A lane a camera.</summary>
    public IReadOnlyList<CameraLane> Lanes => _scheduler.Lanes;

    /// <summary>State and counts of every camera.</summary>
    public IReadOnlyList<CameraReport> Cameras => [.. _scheduler.Lanes.Select(lane => lane.Report)];

    /// <summary>
    /// Runs until every file, folder and list is at its end (cameras have none), or until cancelled; what is still on the belt is then closed. Back within two seconds of the cancellation.
    /// A model that fails ends it with the model's exception.
    /// </summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        using var idle = new CancellationTokenSource();
        var workers = Enumerable.Range(0, Parts.Pipeline.Workers)
            .Select(number => Task.Factory.StartNew(() => Work(number, stop, idle.Token), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default))
            .ToArray();
        var lanes = _scheduler.Lanes.Select(lane => RunLaneAsync(lane, stop.Token)).ToArray();
        var housekeeping = KeepHouseAsync(idle.Token);
        try
        {
            await Task.WhenAll(lanes).ConfigureAwait(false);
        }
        finally
        {
            await stop.CancelAsync().ConfigureAwait(false);
            await idle.CancelAsync().ConfigureAwait(false);
            await Task.WhenAll([.. lanes, .. workers, housekeeping]).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            foreach (var lane in _scheduler.Lanes)
            {
                lane.Objects.CloseAll();
            }
        }

        await Task.WhenAll(workers).ConfigureAwait(false);
    }

    /// <summary>Starts a camera again at once; false where there is none of that name.</summary>
    public bool Restart(string camera)
    {
        var lane = _scheduler.Lanes.FirstOrDefault(lane => lane.Loop.Name == camera);
        lane?.Loop.Restart();
        return lane is not null;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var lane in _scheduler.Lanes)
        {
            lane.Dispose();
        }
    }

    private void Work(int number, CancellationTokenSource stop, CancellationToken idle)
    {
        var pulse = Parts.Pulse($"worker {number}");
        try
        {
            using var work = new FrameWork(Parts, Latencies);
            while (!idle.IsCancellationRequested)
            {
                if (_scheduler.Next(IdleWait) is not { } lane)
                {
                    pulse.Wait();
                    continue;
                }

                pulse.Beat();
                try
                {
                    Serve(lane, work);
                }
                finally
                {
                    _scheduler.Release(lane);
                }
            }
        }
        catch
        {
            // Without a worker nothing goes on: everything stops, and RunAsync tells why.
            stop.Cancel();
            throw;
        }
        finally
        {
            pulse.Wait();
        }
    }

    private void Serve(CameraLane lane, FrameWork work)
    {
        if (lane.Loop.Frames.TryTake() is not { } frame)
        {
            return;
        }

        try
        {
            work.Do(lane, frame);
            lane.LastServed = Parts.Time.GetTimestamp();
        }
        finally
        {
            lane.Loop.Frames.Return(frame);
        }
    }

    // A source at its end: what it gave is worked on, then its objects are closed.
    private async Task RunLaneAsync(CameraLane lane, CancellationToken cancellation)
    {
        await lane.Loop.RunAsync(cancellation).ConfigureAwait(false);
        while (!cancellation.IsCancellationRequested)
        {
            if (!lane.Loop.Frames.HasFrame && _scheduler.TryReserve(lane))
            {
                var done = !lane.Loop.Frames.HasFrame;
                if (done)
                {
                    lane.Objects.CloseAll();
                }

                _scheduler.Release(lane);
                if (done)
                {
                    return;
                }
            }

            await Task.Delay(DrainWait, CancellationToken.None).ConfigureAwait(false);
        }
    }

    // Cameras that are silent for long leave nothing open; states are told again now and then.
    private async Task KeepHouseAsync(CancellationToken cancellation)
    {
        using var timer = new PeriodicTimer(HousekeepingEvery, Parts.Time);
        while (await timer.WaitForNextTickAsync(cancellation).ConfigureAwait(false))
        {
            foreach (var lane in _scheduler.Lanes)
            {
                lane.Loop.ReportIfDue();
                if (lane.Loop.IsLive && lane.LastServed != 0 && Parts.Time.GetElapsedTime(lane.LastServed) > Parts.Tracking.ForgetAfter && _scheduler.TryReserve(lane))
                {
                    lane.LastServed = 0;
                    lane.Objects.CloseAll();
                    _scheduler.Release(lane);
                }
            }
        }
    }
}
