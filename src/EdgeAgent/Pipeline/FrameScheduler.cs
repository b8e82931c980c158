namespace ShiTu.EdgeAgent.Pipeline;

/// <summary>Deals lanes to workers: of those with a frame, the one that waited longest for its turn. A lane is with one worker at a time, so a camera's frames stay in order.</summary>
internal sealed class FrameScheduler
{
    private readonly object _gate = new();
    private readonly List<CameraLane> _lanes = [];
    private long _turn;

    /// <summary>Lanes.</summary>
    public IReadOnlyList<CameraLane> Lanes => _lanes;

    /// <summary>Adds a lane, before any worker runs.</summary>
    public void Add(CameraLane lane) => _lanes.Add(lane);

    /// <summary>A lane with a frame, now the caller's; null where there is none within <paramref name="wait"/>.</summary>
    public CameraLane? Next(TimeSpan wait)
    {
        lock (_gate)
        {
            if (Choose() is { } now)
            {
                return now;
            }

            Monitor.Wait(_gate, wait);
            return Choose();
        }
    }

    /// <summary>Takes a lane that no worker has, whether it has a frame or not.</summary>
    public bool TryReserve(CameraLane lane)
    {
        lock (_gate)
        {
            if (lane.Busy)
            {
                return false;
            }

            return lane.Busy = true;
        }
    }

    /// <summary>Gives a lane back.</summary>
    public void Release(CameraLane lane)
    {
        lock (_gate)
        {
            lane.Busy = false;
            Monitor.Pulse(_gate);
        }
    }

    /// <summary>A frame came.</summary>
    public void Signal()
    {
        lock (_gate)
        {
            Monitor.Pulse(_gate);
        }
    }

    private CameraLane? Choose()
    {
        CameraLane? longest = null;
        foreach (var lane in _lanes)
        {
            if (!lane.Busy && (longest is null || lane.Turn < longest.Turn) && lane.Loop.Frames.HasFrame)
            {
                longest = lane;
            }
        }

        if (longest is not null)
        {
            longest.Busy = true;
            longest.Turn = ++_turn;
        }

        return longest;
    }
}
