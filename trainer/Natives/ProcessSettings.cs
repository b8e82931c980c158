using System.Runtime.InteropServices;

namespace ShiTu.Trainer.Natives;

/// <summary>Settings of the C library and of threads.</summary>
internal static partial class ProcessSettings
{
    private const int TrimThreshold = -1;
    private const int MapThreshold = -3;
    private const int OneThread = 0;
    private const int Yielding = 10;

    /// <summary>To be called before libtorch loads. Keeps freed activations in the heap (else each step maps and unmaps gigabytes), and lets waiting OpenMP threads sleep, since others share the machine.</summary>
    public static void Apply()
    {
        if (OperatingSystem.IsLinux())
        {
            _ = SetAllocation(MapThreshold, 1 << 30);
            _ = SetAllocation(TrimThreshold, int.MaxValue);
            _ = SetVariable("OMP_WAIT_POLICY", "passive", 0);
        }
    }

    /// <summary>Lets the calling thread run only where others leave room, for good.</summary>
    public static void YieldThisThread()
    {
        if (OperatingSystem.IsLinux())
        {
            _ = SetPriority(OneThread, 0, Yielding);
        }
    }

    /// <summary>Gives free pages of the heap back to the system: batches of changing sizes leave holes between what is kept, and the heap grows for hours.</summary>
    public static void ReturnFreePages()
    {
        if (OperatingSystem.IsLinux())
        {
            _ = Trim(0);
        }
    }

    [LibraryImport("libc", EntryPoint = "mallopt")]
    private static partial int SetAllocation(int parameter, int value);

    [LibraryImport("libc", EntryPoint = "malloc_trim")]
    private static partial int Trim(nuint pad);

    [LibraryImport("libc", EntryPoint = "setpriority")]
    private static partial int SetPriority(int which, uint who, int nice);

    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetVariable(string name, string value, int overwrite);
}
