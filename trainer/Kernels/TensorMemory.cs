using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace ShiTu.Trainer.Kernels;

/// <summary>Where a tensor's floats lie.</summary>
internal static unsafe class TensorMemory
{
    /// <summary>Address of the first float of a contiguous tensor in main memory; good while the tensor lives.</summary>
    public static float* Of(Tensor tensor) => (float*)Unsafe.AsPointer(ref MemoryMarshal.GetReference(tensor.bytes));
}
