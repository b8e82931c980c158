using System.Diagnostics;
using ShiTu.EdgeAgent.Capture;
using ShiTu.EdgeAgent.Recognition;
using ShiTu.EdgeAgent.Tracking;
using ShiTu.Inference.Detection;
using ShiTu.Inference.Imaging;

namespace ShiTu.EdgeAgent.Pipeline;

/// <summary>The work on one frame, from gate to events. One a worker; nothing is allocated a frame but the events themselves.</summary>
internal sealed class FrameWork : IDisposable
{
    private readonly Recogniser _recogniser;
    private readonly PipelineOptions _options;
    private readonly StageLatencies _latencies;
    private readonly IFrameObserver? _observer;
    private readonly TimeProvider _time;
    private readonly PixelRect[] _crops;
    private readonly Match[] _matches;
    private readonly LookSearch _search;
    private readonly bool _parity;

    /// <summary>Takes a recogniser of its own.</summary>
    public FrameWork(PipelineParts parts, StageLatencies latencies)
    {
        _recogniser = new Recogniser(parts.Models, parts.Index, parts.Thresholds, parts.Recognition);
        _options = parts.Pipeline;
        _latencies = latencies;
        _observer = parts.Observer;
        _time = parts.Time;
        var most = Math.Min(parts.Tracking.LooksPerFrame, _recogniser.MaxBoxes);
        _crops = new PixelRect[most];
        _matches = new Match[most * parts.Recognition.Candidates];
        _search = _recogniser.Search;
        _parity = parts.Recognition.Rule == WholePicture.Parity;
    }

    /// <summary>Does all of it.</summary>
    public void Do(CameraLane lane, Frame frame)
    {
        var age = _time.GetElapsedTime(frame.Arrived);
        _latencies.Add(Stage.Capture, age);
        if (lane.Loop.IsLive && age > _options.MaxFrameAge)
        {
            lane.CountStale();
            return;
        }

        _recogniser.StartTiming();
        if (lane.Loop.IsScenes)
        {
            Picture(lane, frame);
        }
        else
        {
            Track(lane, frame);
        }

        _latencies.Add(Stage.Total, _time.GetElapsedTime(frame.Arrived));
    }

    /// <inheritdoc/>
    public void Dispose() => _recogniser.Dispose();

    private void Picture(CameraLane lane, Frame frame)
    {
        var result = _recogniser.Recognise(frame.View);
        lane.Events.Width = frame.Width;
        lane.Events.Height = frame.Height;
        lane.Events.Picture(frame.File, result.Best, result.GalleryGeneration);
        lane.CountFrame(skipped: false);
        Measure();
        if (_observer is null)
        {
            return;
        }

        for (var i = 0; i < result.Count; i++)
        {
            lane.Live[i] = new LiveBox(i + 1, result[i].EventBox, result[i].DetectorScore, result[i].Judgement, Settled: true);
        }

        _observer.Observe(new FrameOutcome(lane.Loop.Name, frame, lane.Live.AsSpan(0, result.Count), skipped: false));
    }

    private void Track(CameraLane lane, Frame frame)
    {
        var skip = Skips(lane, frame);
        if (skip)
        {
            lane.Objects.Stay(frame.SceneTime);
        }
        else
        {
            Detect(lane, frame);
        }

        lane.CountFrame(skip);
        _observer?.Observe(new FrameOutcome(lane.Loop.Name, frame, lane.Objects.Live(), skip));
    }

    private bool Skips(CameraLane lane, Frame frame)
    {
        if (!_options.ChangeGate)
        {
            return false;
        }

        var start = Stopwatch.GetTimestamp();
        var moved = lane.Gate.Moved(frame.View);
        _latencies.Add(Stage.Gate, Stopwatch.GetElapsedTime(start));
        if (!moved && !lane.Objects.Unsettled && frame.SceneTime >= lane.LastDetected && frame.SceneTime - lane.LastDetected < _options.DetectEvery)
        {
            return true;
        }

        lane.Gate.Keep(frame.View);
        return false;
    }

    private void Detect(CameraLane lane, Frame frame)
    {
        lane.LastDetected = frame.SceneTime;
        var view = frame.View;
        var boxes = _parity ? ParityBoxes(lane, view) : _recogniser.Detect(view);
        var start = Stopwatch.GetTimestamp();
        var chosen = lane.Objects.Join(boxes, frame.Width, frame.Height, frame.SceneTime);
        var tracking = Stopwatch.GetTimestamp() - start;
        var count = Math.Min(chosen.Length, _crops.Length);
        for (var i = 0; i < count; i++)
        {
            _crops[i] = DetectionFilter.ToRect(chosen[i].Box, frame.Width, frame.Height);
        }

        var generation = _recogniser.Gallery.CurrentGeneration();
        if (count > 0)
        {
            var embeddings = _recogniser.Embed(view, _crops.AsSpan(0, count));
            generation = _recogniser.Search(embeddings, count, _matches.AsSpan(0, count * _recogniser.Options.Candidates));
            start = Stopwatch.GetTimestamp();
            for (var i = 0; i < count; i++)
            {
                lane.Objects.Look(chosen[i], embeddings.Slice(i * _recogniser.Dimension, _recogniser.Dimension), _matches.AsSpan(i * _recogniser.Options.Candidates, _recogniser.Options.Candidates), generation);
            }

            tracking += Stopwatch.GetTimestamp() - start;
        }

        start = Stopwatch.GetTimestamp();
        lane.Objects.Refresh(generation, _search);
        lane.Objects.Settle();
        _latencies.Add(Stage.Track, Stopwatch.GetElapsedTime(0, tracking + Stopwatch.GetTimestamp() - start));
        Measure();
    }

    private ReadOnlySpan<Detection> ParityBoxes(CameraLane lane, PictureView view)
    {
        var result = _recogniser.Recognise(view);
        for (var i = 0; i < result.Count; i++)
        {
            var rect = result[i].Rect;
            lane.Boxes[i] = new Detection(rect.X, rect.Y, rect.X + rect.Width, rect.Y + rect.Height, result[i].DetectorScore);
        }

        return lane.Boxes.AsSpan(0, result.Count);
    }

    private void Measure()
    {
        var (detect, embed, search) = _recogniser.Spent;
        _latencies.Add(Stage.Detect, Stopwatch.GetElapsedTime(0, detect));
        if (embed > 0)
        {
            _latencies.Add(Stage.Embed, Stopwatch.GetElapsedTime(0, embed));
            _latencies.Add(Stage.Search, Stopwatch.GetElapsedTime(0, search));
        }
    }
}
