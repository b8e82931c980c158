namespace ShiTu.EdgeAgent.Service;

/// <summary>
/// One loop's sign of life. A loop beats when it makes progress, and says when it is waiting for something outside (a camera, a broker, work):
/// waiting is no failure, silence is.
/// </summary>
internal sealed class Heartbeat(string name, TimeProvider time)
{
    private long _last = time.GetTimestamp();
    private volatile bool _waiting;

    /// <summary>Name of the loop.</summary>
    public string Name { get; } = name;

    /// <summary>The loop made progress.</summary>
    public void Beat()
    {
        _waiting = false;
        Volatile.Write(ref _last, time.GetTimestamp());
    }

    /// <summary>The loop waits for something outside; it owes no beat until the next one.</summary>
    public void Wait()
    {
        Volatile.Write(ref _last, time.GetTimestamp());
        _waiting = true;
    }

    /// <summary>True where the loop neither waits nor made progress within <paramref name="limit"/>.</summary>
    public bool IsStuck(TimeSpan limit) => !_waiting && time.GetElapsedTime(Volatile.Read(ref _last)) > limit;
}
