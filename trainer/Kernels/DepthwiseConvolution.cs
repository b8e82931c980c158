using TorchSharp;
using static TorchSharp.torch;

namespace ShiTu.Trainer.Kernels;

/// <summary>A depthwise convolution without bias whose forward pass is libtorch's and whose backward pass is <see cref="DepthwiseGradients"/>.</summary>
internal sealed class DepthwiseConvolution : autograd.SingleTensorFunction<DepthwiseConvolution>
{
    /// <summary>Whether <see cref="Apply"/> takes a tensor: 32-bit floats in main memory, kernel 5, channels a multiple of 16.</summary>
    public static bool Supports(Tensor x, Tensor weight) =>
        TensorMemory.HasFloats(x) && weight.shape[1] == 1 && DepthwiseGradients.Supports(weight.shape[2], weight.shape[0]);

    /// <summary>Convolves [n, c, h, w] with [c, 1, k, k], padding k / 2.</summary>
    public static Tensor Apply(Tensor x, Tensor weight, int stride) => apply(x, weight, stride);

    /// <inheritdoc/>
    public override string Name => nameof(DepthwiseConvolution);

    /// <inheritdoc/>
    public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
    {
        var x = (Tensor)vars[0];
        var weight = (Tensor)vars[1];
        ctx.save_for_backward([x, weight]);
        ctx.save_data("stride", vars[2]);
        return Convolve(x, weight, (int)vars[2]);
    }

    /// <inheritdoc/>
    public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output)
    {
        var saved = ctx.get_saved_variables();
        var (x, weight) = (saved[0], saved[1]);
        var stride = (int)ctx.get_data("stride");
        var shape = new DepthwiseShape((int)x.shape[0], (int)x.shape[2], (int)x.shape[3], (int)x.shape[1], (int)weight.shape[2], stride);
        var threads = get_num_threads();
        using var scope = NewDisposeScope();
        var g = grad_output.permute(0, 2, 3, 1).contiguous();
        var weightGradient = WeightGradient(x, g, shape, threads);
        Tensor inputGradient;
        if (stride == 1)
        {
            inputGradient = Convolve(g.permute(0, 3, 1, 2), weight.flip(2, 3), 1);
        }
        else
        {
            inputGradient = InputGradient(g, weight, shape, threads);
        }

        return [inputGradient.MoveToOuterDisposeScope(), weightGradient.MoveToOuterDisposeScope(), null!];
    }

    private static Tensor Convolve(Tensor x, Tensor weight, int stride)
    {
        var half = weight.shape[2] / 2;
        return nn.functional.conv2d(x, weight, null, [stride, stride], [half, half], [1, 1], weight.shape[0]);
    }

    private static unsafe Tensor WeightGradient(Tensor x, Tensor gradient, DepthwiseShape shape, int threads)
    {
        var input = x.permute(0, 2, 3, 1).contiguous();
        var result = gradient.new_empty(shape.Kernel, shape.Kernel, shape.Channels);
        DepthwiseGradients.Weight(TensorMemory.Of(input), TensorMemory.Of(gradient), TensorMemory.Of(result), shape, threads);
        return result.permute(2, 0, 1).unsqueeze(1).contiguous();
    }

    private static unsafe Tensor InputGradient(Tensor gradient, Tensor weight, DepthwiseShape shape, int threads)
    {
        var taps = weight.squeeze(1).permute(1, 2, 0).contiguous();
        var result = gradient.new_empty(shape.Pictures, shape.Height, shape.Width, shape.Channels);
        DepthwiseGradients.Input(TensorMemory.Of(gradient), TensorMemory.Of(taps), TensorMemory.Of(result), shape, threads);
        return result.permute(0, 3, 1, 2);
    }
}
