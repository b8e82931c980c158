using ShiTu.Trainer.Networks;
using TorchSharp;
using static TorchSharp.torch;

namespace ShiTu.Trainer.Detection.Networks;

/// <summary>The neck: three backbone maps to four of equal width, top-down, bottom-up and a fourth level (detector.md 1.3).</summary>
public sealed class CspPan : nn.Module<Tensor[], Tensor[]>
{
    /// <summary>Makes the neck of <paramref name="shape"/> for maps of <paramref name="inputs"/> channels (strides 8, 16, 32).</summary>
    public CspPan(DetectorShape shape, IReadOnlyList<int> inputs)
        : base(nameof(CspPan))
    {
        var (channels, kernel, activation) = (shape.Channels, shape.NeckKernel, shape.Activation);
        Lateral = [.. inputs.Select(input => new ConvNorm(input, channels, 1, activation: activation))];
        FirstTop = new DepthwisePair(channels, kernel, 2, activation);
        SecondTop = new DepthwisePair(channels, kernel, 2, activation);
        TopDown = [new CspLayer(channels, kernel, activation), new CspLayer(channels, kernel, activation)];
        Down = [new DepthwisePair(channels, kernel, 2, activation), new DepthwisePair(channels, kernel, 2, activation)];
        BottomUp = [new CspLayer(channels, kernel, activation), new CspLayer(channels, kernel, activation)];
        register_module("conv_t", new LateralNames([.. Lateral]));
        register_module("first_top_conv", FirstTop);
        register_module("second_top_conv", SecondTop);
        register_module("top_down_blocks", nn.ModuleList([.. TopDown]));
        register_module("downsamples", nn.ModuleList([.. Down]));
        register_module("bottom_up_blocks", nn.ModuleList([.. BottomUp]));
        UniformWeights(this);
    }

    /// <summary>1x1 convolutions of the backbone's maps.</summary>
    public IReadOnlyList<ConvNorm> Lateral { get; }

    /// <summary>Stride 32 of the backbone to the fourth level.</summary>
    public DepthwisePair FirstTop { get; }

    /// <summary>Third level to the fourth.</summary>
    public DepthwisePair SecondTop { get; }

    /// <summary>At strides 16 and 8.</summary>
    public IReadOnlyList<CspLayer> TopDown { get; }

    /// <summary>From stride 8 to 16 and from 16 to 32.</summary>
    public IReadOnlyList<DepthwisePair> Down { get; }

    /// <summary>At strides 16 and 32.</summary>
    public IReadOnlyList<CspLayer> BottomUp { get; }

    /// <inheritdoc/>
    public override Tensor[] forward(Tensor[] maps)
    {
        var t3 = Lateral[0].forward(maps[0]);
        var t4 = Lateral[1].forward(maps[1]);
        var t5 = Lateral[2].forward(maps[2]);
        var m4 = TopDown[0].forward(cat([Twice(t5), t4], 1));
        var p3 = TopDown[1].forward(cat([Twice(m4), t3], 1));
        var p4 = BottomUp[0].forward(cat([Down[0].forward(p3), m4], 1));
        var p5 = BottomUp[1].forward(cat([Down[1].forward(p4), t5], 1));
        return [p3, p4, p5, FirstTop.forward(t5) + SecondTop.forward(p5)];
    }

    private static Tensor Twice(Tensor x) => nn.functional.interpolate(x, scale_factor: [2, 2], mode: InterpolationMode.Nearest);

    private static void UniformWeights(nn.Module module)
    {
        using var nograd = no_grad();
        foreach (var (_, parameter) in module.named_parameters())
        {
            if (parameter.dim() == 4)
            {
                var limit = Math.Sqrt(6.0 / (parameter.shape[1] * parameter.shape[2] * parameter.shape[3]));
                parameter.uniform_(-limit, limit);
            }
        }
    }

    /// <summary>Carries upstream's names of the lateral convolutions.</summary>
    private sealed class LateralNames : nn.Module
    {
        public LateralNames(ConvNorm[] convolutions)
            : base(nameof(LateralNames)) => register_module("convs", nn.ModuleList(convolutions));
    }
}
