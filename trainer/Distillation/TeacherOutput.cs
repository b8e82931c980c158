using System.Runtime.InteropServices;
using Microsoft.ML.OnnxRuntime;
using ShiTu.Trainer.Devices;
using static TorchSharp.torch;

namespace ShiTu.Trainer.Distillation;

/// <summary>What a teacher in ONNX says, as tensors.</summary>
internal static class TeacherOutput
{
    /// <summary>A copy of an output of 32-bit floats, where and as the process computes.</summary>
    public static Tensor ToTensor(this OrtValue output)
    {
        var copy = empty(output.GetTensorTypeAndShape().Shape, dtype: ScalarType.Float32, device: CPU);
        MemoryMarshal.AsBytes(output.GetTensorDataAsSpan<float>()).CopyTo(copy.bytes);
        return Placement.ToDevice(copy);
    }
}
