namespace ShiTu.EdgeAgent.Mqtt;

/// <summary>
/// So many events a second, a few at a time: an hour's backlog that is sent as fast as it goes keeps processor, socket and broker busy, and what is live comes late. Events of
/// the moment never wait for it.
/// </summary>
/// <param name="perSecond">Most events a second; 0 is no limit.</param>
/// <param name="time">Clock.</param>
internal sealed class SendPace(int perSecond, TimeProvider time)
{
    private const int Burst = 8;
    private double _tokens = Burst;
    private long _at = time.GetTimestamp();

    /// <summary>How many of <paramref name="wanted"/> may go now.</summary>
    public int Room(int wanted)
    {
        if (perSecond == 0)
        {
            return wanted;
        }

        var now = time.GetTimestamp();
        _tokens = Math.Min(Burst, _tokens + (time.GetElapsedTime(_at, now).TotalSeconds * perSecond));
        _at = now;
        return Math.Min(wanted, (int)_tokens);
    }

    /// <summary>So many went.</summary>
    public void Take(int count) => _tokens -= count;

    /// <summary>How long until as many may go as go at once.</summary>
    public TimeSpan Rest => TimeSpan.FromSeconds(Math.Max(0.001, (Burst - _tokens) / Math.Max(1, perSecond)));
}
