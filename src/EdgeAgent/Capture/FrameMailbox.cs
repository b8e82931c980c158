namespace ShiTu.EdgeAgent.Capture;

/// <summary>
/// Three buffers between a source and the worker. Live: only the newest frame waits, older ones are dropped and counted, the source never waits. Else nothing is lost and the source waits for room.
/// One source, one taker at a time; nothing is allocated.
/// </summary>
internal sealed class FrameMailbox
{
    private const int Buffers = 3;
    private readonly object _gate = new();
    private readonly Queue<Frame> _free = new(Buffers);
    private readonly Queue<Frame> _waiting = new(Buffers);
    private readonly bool _live;
    private readonly Action _posted;
    private long _dropped;

    /// <summary>Makes the buffers.</summary>
    /// <param name="live">Whether only the newest frame counts.</param>
    /// <param name="posted">Called after each frame, outside the lock.</param>
    public FrameMailbox(bool live, Action posted)
    {
        _live = live;
        _posted = posted;
        for (var i = 0; i < Buffers; i++)
        {
            _free.Enqueue(new Frame());
        }
    }

    /// <summary>Frames dropped because a newer one came.</summary>
    public long Dropped => Interlocked.Read(ref _dropped);

    /// <summary>True where a frame waits.</summary>
    public bool HasFrame
    {
        get
        {
            lock (_gate)
            {
                return _waiting.Count > 0;
            }
        }
    }

    /// <summary>A buffer to fill, or null where there is none within <paramref name="wait"/>: ask again. Goes back through <see cref="Post"/> or <see cref="Return"/>.</summary>
    public Frame? Rent(TimeSpan wait)
    {
        lock (_gate)
        {
            if (_free.Count == 0)
            {
                Monitor.Wait(_gate, wait);
            }

            return _free.TryDequeue(out var frame) ? frame : null;
        }
    }

    /// <summary>Hands a filled buffer on.</summary>
    public void Post(Frame frame)
    {
        lock (_gate)
        {
            if (_live && _waiting.TryDequeue(out var older))
            {
                Free(older);
                Interlocked.Increment(ref _dropped);
            }

            _waiting.Enqueue(frame);
        }

        _posted();
    }

    /// <summary>The frame whose turn it is, or null. Goes back through <see cref="Return"/>.</summary>
    public Frame? TryTake()
    {
        lock (_gate)
        {
            return _waiting.TryDequeue(out var frame) ? frame : null;
        }
    }

    /// <summary>Gives a buffer back.</summary>
    public void Return(Frame frame)
    {
        lock (_gate)
        {
            Free(frame);
        }
    }

    private void Free(Frame frame)
    {
        _free.Enqueue(frame);
        Monitor.Pulse(_gate);
    }
}
