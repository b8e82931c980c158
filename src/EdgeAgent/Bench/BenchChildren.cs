using System.Collections.Concurrent;
using System.Diagnostics;

namespace ShiTu.EdgeAgent.Bench;

/// <summary>The bench's child processes, which a signal to the bench alone would leave running.</summary>
internal static class BenchChildren
{
    private static readonly ConcurrentDictionary<Process, bool> Running = new();

    /// <summary>Starts one.</summary>
    public static Process Start(ProcessStartInfo info)
    {
        var process = Process.Start(info)!;
        Running[process] = true;
        return process;
    }

    /// <summary>Its owner ends it.</summary>
    public static void Forget(Process process) => Running.TryRemove(process, out _);

    /// <summary>Ends all.</summary>
    public static void Kill()
    {
        foreach (var process in Running.Keys)
        {
            try
            {
                process.Kill();
            }
            catch (InvalidOperationException)
            {
                // It ended by itself.
            }
        }
    }
}
