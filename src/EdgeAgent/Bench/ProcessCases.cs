using ShiTu.EdgeAgent.Configuration;

namespace ShiTu.EdgeAgent.Bench;

/// <summary>What the service costs as a whole: its start and its memory, each in a process of its own.</summary>
internal static class ProcessCases
{
    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(10);

    /// <summary>
    /// Program start to READY: models, self-test, gallery, index, outbox. The files are in the page cache; a first start after power-on reads them from the disk as well.
    /// </summary>
    public static BenchCase Start(ModelOptions models, string folder, int items, int count)
    {
        var times = new double[count];
        for (var i = -1; i < count; i++)
        {
            using var child = ServiceChild.Start(models, folder);
            times[Math.Max(i, 0)] = child.ReadyMs;
        }

        Array.Sort(times);
        return new BenchCase { Case = $"service start to READY, {items} items (warm files)" }.WithTimes(times);
    }

    /// <summary>Resident memory of the service with both models and the gallery after ten seconds of frames.</summary>
    public static BenchCase Memory(ModelOptions models, string folder, int items, CancellationToken cancellation)
    {
        using var child = ServiceChild.Start(models, folder);
        cancellation.WaitHandle.WaitOne(Settling);
        return new BenchCase { Case = $"resident memory of the service, both models and {items} items", N = items, Value = Math.Round(child.Resident(), 1), Unit = "MiB" };
    }
}
