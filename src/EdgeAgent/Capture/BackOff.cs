using System.Security.Cryptography;

namespace ShiTu.EdgeAgent.Capture;

/// <summary>Waits that double from the shortest to the longest, each up to a fifth longer or shorter: cameras that died together do not come back together.</summary>
internal sealed class BackOff(TimeSpan shortest, TimeSpan longest)
{
    private int _failures;

    /// <summary>Failures in a row.</summary>
    public int Failures => _failures;

    /// <summary>The next wait.</summary>
    public TimeSpan Next()
    {
        var wait = Math.Min(longest.TotalMilliseconds, shortest.TotalMilliseconds * Math.Pow(2, Math.Min(_failures, 30)));
        _failures++;
        return TimeSpan.FromMilliseconds(wait * RandomNumberGenerator.GetInt32(800, 1201) / 1000);
    }

    /// <summary>It worked: the next wait is short again.</summary>
    public void Reset() => _failures = 0;
}
