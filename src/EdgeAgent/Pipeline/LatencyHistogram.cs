using System.Numerics;

namespace ShiTu.EdgeAgent.Pipeline;

/// <summary>
/// Counts durations in buckets whose width is at most 1/16 of their value, from 1 microsecond to an hour. Any number of writers, no allocation, no lock.
/// </summary>
internal sealed class LatencyHistogram
{
    private const int SubBits = 4;
    private const int Sub = 1 << SubBits;
    private const long Largest = 3_600_000_000;
    private readonly long[] _buckets = new long[Bucket(Largest) + 1];

    /// <summary>Durations counted.</summary>
    public long Count
    {
        get
        {
            var sum = 0L;
            for (var i = 0; i < _buckets.Length; i++)
            {
                sum += Volatile.Read(ref _buckets[i]);
            }

            return sum;
        }
    }

    /// <summary>Counts one.</summary>
    public void Add(TimeSpan duration) => Interlocked.Increment(ref _buckets[Bucket(Math.Clamp(duration.Ticks / TimeSpan.TicksPerMicrosecond, 0, Largest))]);

    /// <summary>The duration that <paramref name="share"/> of all do not exceed; zero where nothing was counted.</summary>
    /// <param name="share">0..1.</param>
    public TimeSpan Percentile(double share)
    {
        var wanted = (long)Math.Ceiling(share * Count);
        if (wanted == 0)
        {
            return TimeSpan.Zero;
        }

        var seen = 0L;
        for (var i = 0; i < _buckets.Length; i++)
        {
            seen += Volatile.Read(ref _buckets[i]);
            if (seen >= wanted)
            {
                return TimeSpan.FromMicroseconds(Middle(i));
            }
        }

        return TimeSpan.FromMicroseconds(Largest);
    }

    // Below 16 a bucket a value; above, 16 buckets for each doubling.
    private static int Bucket(long value)
    {
        var shift = Math.Max(0, BitOperations.Log2((ulong)value) - SubBits);
        return (shift * Sub) + (int)(value >> shift);
    }

    private static double Middle(int bucket)
    {
        var shift = Math.Max(0, (bucket / Sub) - 1);
        var low = (long)(bucket - (shift * Sub)) << shift;
        return low + (((1L << shift) - 1) / 2.0);
    }
}
