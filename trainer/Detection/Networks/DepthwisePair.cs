using ShiTu.Trainer.Networks;
using TorchSharp;
using static TorchSharp.torch;

namespace ShiTu.Trainer.Detection.Networks;

/// <summary>Depthwise k x k and pointwise convolution, each with batch norm and activation (detector.md 1.3).</summary>
public sealed class DepthwisePair : nn.Module<Tensor, Tensor>
{
    /// <summary>Makes one that keeps the channels.</summary>
    public DepthwisePair(int channels, int kernel, int stride, Activation activation)
        : base(nameof(DepthwisePair))
    {
        Depthwise = new ConvNorm(channels, channels, kernel, stride, channels, activation);
        Pointwise = new ConvNorm(channels, channels, 1, activation: activation);
        register_module("dwconv", Depthwise.Convolution);
        register_module("bn1", Depthwise.Norm);
        register_module("pwconv", Pointwise.Convolution);
        register_module("bn2", Pointwise.Norm);
    }

    /// <summary>The k x k half.</summary>
    public ConvNorm Depthwise { get; }

    /// <summary>The 1x1 half.</summary>
    public ConvNorm Pointwise { get; }

    /// <inheritdoc/>
    public override Tensor forward(Tensor x) => Pointwise.forward(Depthwise.forward(x));
}
