using System.Diagnostics;

namespace ShiTu.EdgeAgent.Bench;

/// <summary>Times calls. Two things that are compared are measured in turn, so that a machine that slows down slows both.</summary>
internal static class Stopwatches
{
    /// <summary>Milliseconds of each of <paramref name="count"/> calls after <paramref name="warmUp"/> uncounted ones, sorted.</summary>
    public static double[] Measure(Action action, int count, int warmUp = 3)
    {
        for (var i = 0; i < warmUp; i++)
        {
            action();
        }

        var times = new double[count];
        for (var i = 0; i < count; i++)
        {
            times[i] = Once(action);
        }

        Array.Sort(times);
        return times;
    }

    /// <summary>Times A and B in turn.</summary>
    /// <returns>Sorted times of both, and the median of the pairwise ratios A / B.</returns>
    public static (double[] First, double[] Second, double Ratio) Compare(Action first, Action second, int count, int warmUp = 3)
    {
        for (var i = 0; i < warmUp; i++)
        {
            first();
            second();
        }

        var a = new double[count];
        var b = new double[count];
        var ratios = new double[count];
        for (var i = 0; i < count; i++)
        {
            // Whoever runs second finds warmer caches: change the order each time.
            if (i % 2 == 0)
            {
                a[i] = Once(first);
                b[i] = Once(second);
            }
            else
            {
                b[i] = Once(second);
                a[i] = Once(first);
            }

            ratios[i] = a[i] / b[i];
        }

        Array.Sort(a);
        Array.Sort(b);
        Array.Sort(ratios);
        return (a, b, Percentile(ratios, 0.5));
    }

    /// <summary>A percentile of sorted times.</summary>
    public static double Percentile(double[] sorted, double share) => sorted[(int)Math.Clamp(Math.Ceiling(share * sorted.Length) - 1, 0, sorted.Length - 1)];

    /// <summary>A case's percentiles out of sorted times.</summary>
    public static BenchCase WithTimes(this BenchCase bench, double[] sorted) => bench with
    {
        N = sorted.Length,
        P50Ms = Math.Round(Percentile(sorted, 0.5), 4),
        P90Ms = Math.Round(Percentile(sorted, 0.9), 4),
        P99Ms = Math.Round(Percentile(sorted, 0.99), 4),
    };

    private static double Once(Action action)
    {
        var start = Stopwatch.GetTimestamp();
        action();
        return Stopwatch.GetElapsedTime(start).TotalMilliseconds;
    }
}
