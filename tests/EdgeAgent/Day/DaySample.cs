using System.Globalization;

namespace ShiTu.EdgeAgent.Tests.Day;

/// <summary>What the process holds.</summary>
internal sealed record DaySample(long Managed, long Resident, int Threads, int Handles)
{
    public static DaySample Take()
    {
        var managed = GC.GetTotalMemory(forceFullCollection: true);
        var resident = File.ReadLines("/proc/self/status").First(line => line.StartsWith("VmRSS:", StringComparison.Ordinal));
        return new(managed, 1024 * long.Parse(resident.AsSpan("VmRSS:".Length).TrimEnd("kB ").Trim(), CultureInfo.InvariantCulture),
            Directory.GetDirectories("/proc/self/task").Length, Directory.GetFiles("/proc/self/fd").Length);
    }
}
