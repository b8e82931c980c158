using ShiTu.Trainer.Networks;
using TorchSharp;
using static TorchSharp.torch;

namespace ShiTu.Trainer.Detection.Networks;

/// <summary>Joins two maps: a short branch and one through a bottleneck, concatenated main first (detector.md 1.3).</summary>
public sealed class CspLayer : nn.Module<Tensor, Tensor>
{
    /// <summary>Makes one from twice <paramref name="channels"/> to <paramref name="channels"/>.</summary>
    public CspLayer(int channels, int kernel, Activation activation)
        : base(nameof(CspLayer))
    {
        var middle = channels / 2;
        Main = new ConvNorm(2 * channels, middle, 1, activation: activation);
        Short = new ConvNorm(2 * channels, middle, 1, activation: activation);
        Final = new ConvNorm(channels, channels, 1, activation: activation);
        Squeeze = new ConvNorm(middle, middle, 1, activation: activation);
        Bottleneck = new DepthwisePair(middle, kernel, 1, activation);
        register_module("main_conv", Main);
        register_module("short_conv", Short);
        register_module("final_conv", Final);
        register_module("blocks", nn.ModuleList<nn.Module>(new BottleneckNames(Squeeze, Bottleneck)));
    }

    /// <summary>Into the bottleneck.</summary>
    public ConvNorm Main { get; }

    /// <summary>Past it.</summary>
    public ConvNorm Short { get; }

    /// <summary>After the concatenation.</summary>
    public ConvNorm Final { get; }

    /// <summary>First half of the bottleneck, 1x1.</summary>
    public ConvNorm Squeeze { get; }

    /// <summary>Second half of the bottleneck; there is no identity add.</summary>
    public DepthwisePair Bottleneck { get; }

    /// <inheritdoc/>
    public override Tensor forward(Tensor x) => Final.forward(cat([Bottleneck.forward(Squeeze.forward(Main.forward(x))), Short.forward(x)], 1));

    /// <summary>Carries upstream's names of the two halves.</summary>
    private sealed class BottleneckNames : nn.Module
    {
        public BottleneckNames(ConvNorm squeeze, DepthwisePair pair)
            : base(nameof(BottleneckNames))
        {
            register_module("conv1", squeeze);
            register_module("conv2", pair);
        }
    }
}
