using System.Security.Cryptography;

namespace ShiTu.EdgeAgent.Mqtt;

/// <summary>How long to wait before the next try: doubling up to a limit, each time somewhere in the upper half so that a fleet does not return at once.</summary>
internal sealed class ReconnectDelay(TimeSpan least, TimeSpan most)
{
    private int _failures;

    /// <summary>The next wait.</summary>
    public TimeSpan Next()
    {
        var full = Math.Min(most.TotalMilliseconds, least.TotalMilliseconds * Math.Pow(2, Math.Min(_failures++, 30)));
        return TimeSpan.FromMilliseconds((full / 2) + (full / 2 * RandomNumberGenerator.GetInt32(0, 1001) / 1000.0));
    }

    /// <summary>It worked: begin again.</summary>
    public void Reset() => _failures = 0;
}
