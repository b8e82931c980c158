using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace ShiTu.EdgeAgent.Capture;

/// <summary>
/// Reads a child's pipe without ever blocking for good: a child that hangs in the kernel keeps its end open, and a plain read would keep the thread with it.
/// </summary>
internal static partial class PipeReader
{
    private const short PollIn = 1;
    private const int SetPipeSize = 1031;
    private const int Interrupted = 4;
    private const int TryAgain = 11;

    /// <summary>Waits for bytes.</summary>
    /// <returns>True where a read will not block: there are bytes, or the other end is closed.</returns>
    public static bool WaitForBytes(SafePipeHandle pipe, int milliseconds)
    {
        var poll = new PollDescriptor { Descriptor = (int)pipe.DangerousGetHandle(), Events = PollIn };
        return Poll(ref poll, 1, milliseconds) > 0;
    }

    /// <summary>Reads what is there.</summary>
    /// <returns>Bytes read; 0 at the end; -1 where there is nothing yet after all.</returns>
    public static int Read(SafePipeHandle pipe, Span<byte> buffer)
    {
        while (true)
        {
            var count = Read(pipe, ref MemoryMarshal.GetReference(buffer), (nuint)buffer.Length);
            if (count >= 0)
            {
                return (int)count;
            }

            switch (Marshal.GetLastPInvokeError())
            {
                case Interrupted:
                    break;
                case TryAgain:
                    return -1;
                default:
                    return 0;
            }
        }
    }

    /// <summary>Asks for a large pipe, so that a frame takes few reads; the kernel may refuse, which costs only time.</summary>
    public static void Enlarge(SafePipeHandle pipe) => _ = Control(pipe, SetPipeSize, 1 << 20);

    [LibraryImport("libc", EntryPoint = "poll")]
    private static partial int Poll(ref PollDescriptor descriptors, nuint count, int milliseconds);

    [LibraryImport("libc", EntryPoint = "read", SetLastError = true)]
    private static partial nint Read(SafePipeHandle pipe, ref byte buffer, nuint count);

    [LibraryImport("libc", EntryPoint = "fcntl")]
    private static partial int Control(SafePipeHandle pipe, int command, int argument);

    [StructLayout(LayoutKind.Sequential)]
    private struct PollDescriptor
    {
        public int Descriptor;
        public short Events;
        public short Returned;
    }
}
