using ShiTu.Trainer.Devices;
using ShiTu.Trainer.Networks;
using ShiTu.Trainer.Training;
using TorchSharp;
using Xunit;
using static TorchSharp.torch;

namespace ShiTu.Trainer.Tests.Devices;

public sealed class PlacementTests
{
    [Fact]
    public void Tensors_and_modules_follow_it_until_it_ends()
    {
        using var scope = NewDisposeScope();
        using (var placement = Placement.Choose(DeviceKind.Cpu, Precision.Double))
        {
            Assert.Equal("device: cpu, double precision", placement.Description);
            Assert.Equal(ScalarType.Float64, zeros(1).dtype);
            Assert.All(new BnNeck(4).named_buffers(), b => Assert.Equal(ScalarType.Float64, b.buffer.dtype));
            using var convolution = new ConvNorm(3, 16, 5);
            Assert.Equal(ScalarType.Float64, convolution.forward(NetworkInput.Normalize(new byte[2 * 8 * 8 * 3], 2, 8)).dtype);
        }

        Assert.Equal((ScalarType.Float32, DeviceType.CPU), (zeros(1).dtype, zeros(1).device_type));
    }

    [Fact]
    public void Floats_in_main_memory_are_not_copied_where_they_are_what_is_computed_with()
    {
        using var scope = NewDisposeScope();
        using var placement = Placement.Choose(DeviceKind.Cpu, Precision.Single);
        Assert.Equal("device: cpu", placement.Description);
        var floats = zeros(2, 3);
        Assert.Same(floats, Placement.ToDevice(floats));
        Placement.ToMain(floats).fill_(1);
        Assert.Equal(6, floats.sum().item<float>());
    }

    [Fact]
    public void What_was_computed_otherwise_comes_back_as_contiguous_floats()
    {
        using var scope = NewDisposeScope();
        using var placement = Placement.Choose(DeviceKind.Cpu, Precision.Double);
        var doubles = Placement.ToDevice(arange(6, ScalarType.Float32).reshape(2, 3));
        Assert.Equal(ScalarType.Float64, doubles.dtype);
        var floats = Placement.ToMain(doubles.t().requires_grad_());
        Assert.Equal([0f, 3, 1, 4, 2, 5], floats.data<float>().ToArray());
        Assert.False(floats.requires_grad);
        Assert.True(floats.is_contiguous());
    }

    [Fact]
    public void Where_there_is_no_GPU_auto_is_the_processor_and_cuda_is_refused_with_what_to_do()
    {
        Assert.SkipWhen(cuda.is_available(), "This machine has a GPU.");
        using (var placement = Placement.Choose(DeviceKind.Auto, Precision.Single)) Assert.Equal("device: cpu", placement.Description);
        var said = Assert.Throws<RecipeException>(() => Placement.Choose(DeviceKind.Cuda, Precision.Single)).Message;
        Assert.Contains("SHITU_LIBTORCH", said, StringComparison.Ordinal);
        Assert.Contains("\"cpu\" or \"auto\"", said, StringComparison.Ordinal);
        Assert.Equal(DeviceType.CPU, zeros(1).device_type);
    }
}
