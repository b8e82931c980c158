using System.Text.Json.Serialization;
using ShiTu.Trainer.Json;

namespace ShiTu.Trainer.Devices;

/// <summary>Where a recipe wants to be computed.</summary>
[JsonConverter(typeof(NameConverter<DeviceKind>))]
public enum DeviceKind
{
    /// <summary>On a GPU where libtorch has CUDA and finds one, else on the processor.</summary>
    Auto,

    /// <summary>On the processor.</summary>
    Cpu,

    /// <summary>On a GPU of NVIDIA's; an error where there is none.</summary>
    Cuda,
}
