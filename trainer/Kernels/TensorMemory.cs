using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using TorchSharp;
using static TorchSharp.torch;

namespace ShiTu.Trainer.Kernels;

/// <summary>Where a tensor's numbers lie.</summary>
internal static unsafe class TensorMemory
{
    /// <summary>Whether our own kernels take a tensor: 32-bit floats in main memory.</summary>
    public static bool HasFloats(Tensor tensor) => tensor.dtype == ScalarType.Float32 && tensor.device_type == DeviceType.CPU;

    /// <summary>Address of the first float of a contiguous tensor in main memory; good while the tensor lives.</summary>
    public static float* Of(Tensor tensor) => (float*)Start(tensor);

    /// <summary>Address of a contiguous tensor in main memory, whatever its numbers are; good while the tensor lives.</summary>
    public static void* Start(Tensor tensor) => Unsafe.AsPointer(ref MemoryMarshal.GetReference(tensor.bytes));
}
