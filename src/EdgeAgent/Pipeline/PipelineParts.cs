using Microsoft.Extensions.Logging;
using ShiTu.EdgeAgent.Capture;
using ShiTu.EdgeAgent.Events;
using ShiTu.EdgeAgent.Recognition;
using ShiTu.EdgeAgent.Tracking;
using ShiTu.Index.Generations;
using ShiTu.Inference.Models;

namespace ShiTu.EdgeAgent.Pipeline;

/// <summary>What a pipeline is built from. Nothing here is disposed by it.</summary>
internal sealed record PipelineParts
{
    /// <summary>The loaded models.</summary>
    public required ModelSet Models { get; init; }

    /// <summary>The gallery's index.</summary>
    public required LiveIndex Index { get; init; }

    /// <summary>Thresholds in use.</summary>
    public required ThresholdSource Thresholds { get; init; }

    /// <summary>Cameras; those that are not enabled are left out.</summary>
    public required IReadOnlyList<CameraOptions> Cameras { get; init; }

    /// <summary>Where events go.</summary>
    public required IEventSink Events { get; init; }

    /// <summary>How boxes become verdicts.</summary>
    public RecognitionOptions Recognition { get; init; } = new();

    /// <summary>How looks become objects.</summary>
    public TrackingOptions Tracking { get; init; } = new();

    /// <summary>How frames are shared out.</summary>
    public PipelineOptions Pipeline { get; init; } = new();

    /// <summary>Hears of cameras; may be null.</summary>
    public ICameraStateListener? Listener { get; init; }

    /// <summary>Sees every frame; may be null.</summary>
    public IFrameObserver? Observer { get; init; }

    /// <summary>The sign of life of a loop, by its name (a camera's loop, a worker).</summary>
    public required Func<string, IPulse> Pulse { get; init; }

    /// <summary>Clock.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Logs.</summary>
    public required ILoggerFactory Logs { get; init; }
}
