using System.Runtime.InteropServices;
using ShiTu.Trainer.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace ShiTu.Trainer.Devices;

/// <summary>
/// Where this process computes, and in which numbers, until it is disposed: libtorch's own defaults, which every tensor and module follows that is made without a
/// word about it. Pictures, teachers' answers and checkpoints are 32-bit floats in main memory; <see cref="ToDevice"/> and <see cref="ToMain"/> are the ways between.
/// </summary>
internal sealed class Placement : IDisposable
{
    private readonly Device _formerDevice = get_default_device();
    private readonly ScalarType _formerNumber = get_default_dtype();

    private Placement(Device device, ScalarType number, string name)
    {
        Description = $"device: {device}{name}{(number == ScalarType.Float64 ? ", double precision" : "")}";
        set_default_device(device);
        set_default_dtype(number);
    }

    /// <summary>The choice in one line, as "device: cuda:0 NVIDIA H200".</summary>
    public string Description { get; }

    /// <summary>Places the process as a recipe wants it.</summary>
    /// <param name="kind">Where.</param>
    /// <param name="precision">In which numbers.</param>
    /// <param name="local">Number of this process among those of its machine, from 0: they share its GPUs in turn.</param>
    /// <exception cref="RecipeException">CUDA is asked for and is not there; the message says what is missing.</exception>
    public static Placement Choose(DeviceKind kind, Precision precision, int local = 0)
    {
        var number = precision == Precision.Double ? ScalarType.Float64 : ScalarType.Float32;
        if (kind == DeviceKind.Cpu) return On(CPU, number);
        if (cuda.is_available())
        {
            var index = local % cuda.device_count();
            return new(new Device(DeviceType.CUDA, index), number, CudaDriver.NameOf(index) is { } name ? $" {name}" : "");
        }

        return kind == DeviceKind.Auto ? On(CPU, number) : throw new RecipeException(
            NativeLibrary.TryLoad("torch_cuda", typeof(torch).Assembly, null, out _)
                ? "device \"cuda\": libtorch has CUDA but finds no GPU; `nvidia-smi` shows what the driver finds. Without one: device \"cpu\" or \"auto\"."
                : "device \"cuda\": this build's libtorch has no CUDA. Build the trainer with SHITU_LIBTORCH (docs/training.md, \"On a GPU\"), or choose device \"cpu\" or \"auto\".");
    }

    /// <summary>Places the process on a device.</summary>
    public static Placement On(Device device, ScalarType number) => new(device, number, "");

    /// <summary>32-bit floats of main memory where and as the process computes; the very same tensor where that is what they are.</summary>
    public static Tensor ToDevice(Tensor floats)
    {
        var (device, number) = (get_default_device(), get_default_dtype());
        return device.type == DeviceType.CPU && number == floats.dtype ? floats : floats.to(number, device);
    }

    /// <summary>A tensor as contiguous 32-bit floats in main memory, without gradient: of the same memory where that is what it is. The caller owns it.</summary>
    public static Tensor ToMain(Tensor values)
    {
        using var scope = NewDisposeScope();
        return values.detach().to(ScalarType.Float32, CPU).contiguous().MoveToOuterDisposeScope();
    }

    /// <summary>Goes back to what was before.</summary>
    public void Dispose()
    {
        set_default_device(_formerDevice);
        set_default_dtype(_formerNumber);
    }
}
