namespace ShiTu.Trainer.Training;

/// <summary>Pictures a second over about the last half minute, and the share of time spent waiting for them.</summary>
internal sealed class SpeedMeter(TimeProvider time)
{
    private readonly long _start = time.GetTimestamp();
    private readonly Queue<(long Time, int Count)> _recent = new();

    public double PerSecond
    {
        get
        {
            var span = _recent.Count > 1 ? time.GetElapsedTime(_recent.Peek().Time).TotalSeconds : 0;
            return span > 0 ? _recent.Skip(1).Sum(item => item.Count) / span : 0;
        }
    }

    public void Add(int pictures)
    {
        _recent.Enqueue((time.GetTimestamp(), pictures));
        while (_recent.Count > 2 && time.GetElapsedTime(_recent.Peek().Time).TotalSeconds > 30)
        {
            _recent.Dequeue();
        }
    }

    public double WaitShare(TimeSpan waited) => waited / time.GetElapsedTime(_start);
}
