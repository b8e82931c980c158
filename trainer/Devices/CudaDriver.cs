using System.Runtime.InteropServices;

namespace ShiTu.Trainer.Devices;

/// <summary>NVIDIA's driver, asked for names only; libtorch does the rest.</summary>
internal static unsafe partial class CudaDriver
{
    private const string Library = "libcuda.so.1";

    /// <summary>Name of a GPU, as "NVIDIA H200"; null where the driver does not tell.</summary>
    public static string? NameOf(int index)
    {
        try
        {
            var name = stackalloc byte[256];
            return Initialize(0) == 0 && Device(out var device, index) == 0 && Name(name, 256, device) == 0 ? Marshal.PtrToStringUTF8((nint)name) : null;
        }
        catch (Exception error) when (error is DllNotFoundException or EntryPointNotFoundException)
        {
            return null;
        }
    }

    [LibraryImport(Library, EntryPoint = "cuInit")]
    private static partial int Initialize(uint flags);

    [LibraryImport(Library, EntryPoint = "cuDeviceGet")]
    private static partial int Device(out int device, int index);

    [LibraryImport(Library, EntryPoint = "cuDeviceGetName")]
    private static partial int Name(byte* name, int length, int device);
}
