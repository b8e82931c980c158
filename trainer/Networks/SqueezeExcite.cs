using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace ShiTu.Trainer.Networks;

/// <summary>Channel weights from the global average: 1x1 to a quarter, ReLU, 1x1 back, gate, times the input (feature-model.md 1.2; V1 gates by hard sigmoid).</summary>
public sealed class SqueezeExcite : nn.Module<Tensor, Tensor>
{
    /// <summary>Makes one for <paramref name="channels"/> channels.</summary>
    public SqueezeExcite(int channels, Activation gate = Activation.Sigmoid)
        : base(nameof(SqueezeExcite))
    {
        Reduce = nn.Conv2d(channels, channels / 4, 1);
        Expand = nn.Conv2d(channels / 4, channels, 1);
        Gate = gate;
        InitialWeights.PaddleDefault(Reduce);
        InitialWeights.PaddleDefault(Expand);
        register_module("conv1", Reduce);
        register_module("conv2", Expand);
    }

    /// <summary>c to c/4, with bias.</summary>
    public Conv2d Reduce { get; }

    /// <summary>c/4 to c, with bias.</summary>
    public Conv2d Expand { get; }

    /// <summary>Sigmoid or hard sigmoid.</summary>
    public Activation Gate { get; }

    /// <inheritdoc/>
    public override Tensor forward(Tensor x)
    {
        var weights = Expand.call(Reduce.call(x.mean([2, 3], keepdim: true)).relu_());
        return x * ConvNorm.Activate(weights, Gate);
    }
}
