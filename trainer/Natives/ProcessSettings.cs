using System.Runtime.InteropServices;

namespace ShiTu.Trainer.Natives;

/// <summary>Settings of the C library that must be made before libtorch loads.</summary>
internal static partial class ProcessSettings
{
    private const int TrimThreshold = -1;
    private const int MapThreshold = -3;

    /// <summary>Keeps freed activations in the heap (else each step maps and unmaps gigabytes), and lets waiting OpenMP threads sleep, since others share the machine.</summary>
    public static void Apply()
    {
        if (OperatingSystem.IsLinux())
        {
            _ = SetAllocation(MapThreshold, 1 << 30);
            _ = SetAllocation(TrimThreshold, int.MaxValue);
            _ = SetVariable("OMP_WAIT_POLICY", "passive", 0);
        }
    }

    [LibraryImport("libc", EntryPoint = "mallopt")]
    private static partial int SetAllocation(int parameter, int value);

    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetVariable(string name, string value, int overwrite);
}
