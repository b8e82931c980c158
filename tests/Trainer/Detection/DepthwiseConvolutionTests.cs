using ShiTu.Trainer.Kernels;
using Xunit;
using static TorchSharp.torch;

namespace ShiTu.Trainer.Tests.Detection;

/// <summary>Our gradients of a depthwise convolution against libtorch's.</summary>
public sealed class DepthwiseConvolutionTests
{
    [Theory]
    [InlineData(16, 9, 11, 1)]
    [InlineData(32, 11, 12, 2)]
    [InlineData(48, 7, 7, 1)]
    [InlineData(16, 13, 6, 2)]
    [InlineData(16, 2, 3, 1)]
    [InlineData(16, 1, 1, 1)]
    public void Gradients_equal_libtorch_s(int channels, int height, int width, int stride)
    {
        using var scope = NewDisposeScope();
        random.manual_seed(3);
        var x = randn(3, height, width, channels).permute(0, 3, 1, 2).detach().requires_grad_();
        var weight = randn(channels, 1, 5, 5).requires_grad_();
        var (x2, weight2) = (x.detach().clone().requires_grad_(), weight.detach().clone().requires_grad_());
        Assert.True(DepthwiseConvolution.Supports(x, weight));
        var y = DepthwiseConvolution.Apply(x, weight, stride);
        var y2 = nn.functional.conv2d(x2, weight2, null, [stride, stride], [2, 2], [1, 1], channels);
        var gradient = randn_like(y2);
        y.backward([gradient]);
        y2.backward([gradient]);
        Assert.Equal(0, (y - y2).abs().max().item<float>());
        Assert.InRange((x.grad! - x2.grad!).abs().max().item<float>(), 0, 1e-4);
        Assert.InRange((weight.grad! - weight2.grad!).abs().max().item<float>(), 0, 1e-3);
    }
}
