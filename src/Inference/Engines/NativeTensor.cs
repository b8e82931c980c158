using System.Runtime.InteropServices;

namespace ShiTu.Inference.Engines;

/// <summary>Floats in native memory, aligned for any vector width and never moved: engines keep the address between calls.</summary>
internal sealed unsafe class NativeTensor : SafeHandle
{
    private const nuint Alignment = 64;

    public NativeTensor(int length)
        : base(0, ownsHandle: true)
    {
        Length = length;
        var bytes = (nuint)length * sizeof(float);
        SetHandle((nint)NativeMemory.AlignedAlloc(bytes, Alignment));
        NativeMemory.Clear((void*)handle, bytes);
    }

    public int Length { get; }

    public override bool IsInvalid => handle == 0;

    public nint Address => handle;

    public Span<float> Values
    {
        get
        {
            ObjectDisposedException.ThrowIf(IsClosed, this);
            return new Span<float>((void*)handle, Length);
        }
    }

    protected override bool ReleaseHandle()
    {
        NativeMemory.AlignedFree((void*)handle);
        return true;
    }
}
