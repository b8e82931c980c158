using ShiTu.Trainer.Networks;
using TorchSharp;
using static TorchSharp.torch;

namespace ShiTu.Trainer.Detection.Networks;

/// <summary>PP-LCNet as a detector's backbone (detector.md 1.2): feature maps at strides 4, 8, 16 and 32, of which the neck takes the last three.</summary>
public sealed class LcNet : nn.Module<Tensor, Tensor[]>
{
    private static readonly (int Kernel, int Output, int Stride, bool Excite)[][] Shapes =
    [
        [(3, 32, 1, false)],
        [(3, 64, 2, false), (3, 64, 1, false)],
        [(3, 128, 2, false), (3, 128, 1, false)],
        [(3, 256, 2, false), (5, 256, 1, false), (5, 256, 1, false), (5, 256, 1, false), (5, 256, 1, false), (5, 256, 1, false)],
        [(5, 512, 2, true), (5, 512, 1, true)],
    ];

    /// <summary>Makes one with Kaiming-normal weights.</summary>
    /// <param name="scale">Width, 0.25 to 2.5.</param>
    public LcNet(double scale)
        : base(nameof(LcNet))
    {
        var channels = Round(16 * scale);
        Stem = new ConvNorm(3, channels, 3, 2, activation: Activation.HardSwish);
        register_module("conv1", Stem);
        var stages = new List<IReadOnlyList<LcBlock>>();
        foreach (var shapes in Shapes)
        {
            var blocks = new List<LcBlock>();
            foreach (var (kernel, output, stride, excite) in shapes)
            {
                var next = Round(output * scale);
                blocks.Add(new LcBlock(new LcBlockShape(channels, next, stride, kernel, Excite: excite, Activation: Activation.HardSwish, Gate: Activation.HardSigmoid)));
                channels = next;
            }

            register_module($"blocks{stages.Count + 2}", nn.ModuleList([.. blocks]));
            stages.Add(blocks);
        }

        Stages = stages;
        Channels = [.. Shapes.Skip(1).Select(stage => Round(stage[^1].Output * scale))];
    }

    /// <summary>The first convolution, stride 2.</summary>
    public ConvNorm Stem { get; }

    /// <summary>Blocks of the five stages, strides 2, 4, 8, 16, 32.</summary>
    public IReadOnlyList<IReadOnlyList<LcBlock>> Stages { get; }

    /// <summary>Channels of the four maps.</summary>
    public IReadOnlyList<int> Channels { get; }

    /// <summary>Rounds a channel count to a multiple of 8, never more than a tenth down.</summary>
    public static int Round(double channels)
    {
        var rounded = Math.Max(8, 8 * (int)Math.Floor((channels + 4) / 8));
        return rounded < 0.9 * channels ? rounded + 8 : rounded;
    }

    /// <inheritdoc/>
    public override Tensor[] forward(Tensor x)
    {
        var maps = new Tensor[4];
        x = Stem.forward(x);
        for (var i = 0; i < Stages.Count; i++)
        {
            x = Stages[i].Aggregate(x, (value, block) => block.forward(value));
            if (i > 0)
            {
                maps[i - 1] = x;
            }
        }

        return maps;
    }
}
