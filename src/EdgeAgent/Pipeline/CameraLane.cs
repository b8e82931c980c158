using ShiTu.EdgeAgent.Capture;
using ShiTu.EdgeAgent.Tracking;
using ShiTu.Inference.Detection;

namespace ShiTu.EdgeAgent.Pipeline;

/// <summary>All that belongs to one camera: its loop, its objects, its gate, its counts. One worker at a time has it.</summary>
internal sealed class CameraLane(CameraLoop loop, SceneObjects objects, ObjectEvents events, ChangeGate gate, int maxBoxes) : IDisposable
{
    private long _frames;
    private long _skipped;
    private long _stale;

    /// <summary>Keeps frames coming.</summary>
    public CameraLoop Loop { get; } = loop;

    /// <summary>What the camera sees.</summary>
    public SceneObjects Objects { get; } = objects;

    /// <summary>Writes its events.</summary>
    public ObjectEvents Events { get; } = events;

    /// <summary>Sees movement.</summary>
    public ChangeGate Gate { get; } = gate;

    /// <summary>Room for the boxes of a frame.</summary>
    public Detection[] Boxes { get; } = new Detection[maxBoxes];

    /// <summary>Room for boxes as observers see them.</summary>
    public LiveBox[] Live { get; } = new LiveBox[maxBoxes];

    /// <summary>Scene time of the last detector run.</summary>
    public TimeSpan LastDetected { get; set; } = TimeSpan.MinValue;

    /// <summary>When it was last served: <see cref="TimeProvider.GetTimestamp"/>.</summary>
    public long LastServed { get; set; }

    /// <summary>True while a worker has it; belongs to the scheduler.</summary>
    public bool Busy { get; set; }

    /// <summary>Its turn among the others; belongs to the scheduler.</summary>
    public long Turn { get; set; }

    /// <summary>State and counts.</summary>
    public CameraReport Report => new(Loop.State, Volatile.Read(ref _frames), Volatile.Read(ref _skipped), Volatile.Read(ref _stale), Loop.Unreadable, Loop.Failure);

    /// <summary>Counts a frame that was worked on.</summary>
    public void CountFrame(bool skipped)
    {
        Interlocked.Increment(ref _frames);
        Interlocked.Add(ref _skipped, skipped ? 1 : 0);
    }

    /// <summary>Counts a frame that came too late.</summary>
    public void CountStale() => Interlocked.Increment(ref _stale);

    /// <inheritdoc/>
    public void Dispose() => Loop.Dispose();
}
