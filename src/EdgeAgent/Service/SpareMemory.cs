using System.Runtime.InteropServices;

namespace ShiTu.EdgeAgent.Service;

/// <summary>Gives back to the machine what loading models and galleries leaves behind.</summary>
internal static partial class SpareMemory
{
    /// <summary>
    /// Weights pass through a file, a graph and an engine's optimiser before they lie where they are used: three times what stays. Frames allocate nothing, so neither
    /// the garbage collector nor the C library would ever have a reason to return it.
    /// </summary>
    public static void Release()
    {
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        try
        {
            _ = Trim(0);
        }
        catch (Exception error) when (error is DllNotFoundException or EntryPointNotFoundException)
        {
            // A C library that is not glibc: it has no such call, and its own ways.
        }
    }

    [LibraryImport("libc", EntryPoint = "malloc_trim")]
    private static partial int Trim(nuint pad);
}
