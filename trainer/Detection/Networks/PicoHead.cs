using ShiTu.Trainer.Networks;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace ShiTu.Trainer.Detection.Networks;

/// <summary>A tower and a prediction convolution a level, nothing shared (detector.md 1.4).</summary>
public sealed class PicoHead : nn.Module<Tensor[], Tensor[]>
{
    /// <summary>What every output says before training: a score of 0.01.</summary>
    public const double InitialBias = -4.59511985013459;

    /// <summary>Makes the head of <paramref name="shape"/>.</summary>
    public PicoHead(DetectorShape shape)
        : base(nameof(PicoHead))
    {
        var names = new TowerNames();
        register_module("conv_feat", names);
        var towers = new List<IReadOnlyList<ConvNorm>>();
        var predictions = new List<Conv2d>();
        for (var level = 0; level < DetectorShape.Strides.Count; level++)
        {
            var tower = new List<ConvNorm>();
            for (var pair = 0; pair < shape.HeadPairs; pair++)
            {
                tower.Add(new ConvNorm(shape.Channels, shape.Channels, 5, 1, shape.Channels, shape.Activation));
                tower.Add(new ConvNorm(shape.Channels, shape.Channels, 1, activation: shape.Activation));
            }

            names.Add(level, tower);
            tower.ForEach(convolution => InitialWeights.Normal(convolution.Convolution.weight!, 0.01));
            towers.Add(tower);
            var prediction = nn.Conv2d(shape.Channels, shape.Outputs, 1);
            InitialWeights.Normal(prediction.weight!, 0.01);
            using (no_grad())
            {
                prediction.bias!.fill_(InitialBias);
            }

            register_module($"head_cls{level}", prediction);
            predictions.Add(prediction);
        }

        Towers = towers;
        Predictions = predictions;
    }

    /// <summary>A level's depthwise and pointwise convolutions in turn.</summary>
    public IReadOnlyList<IReadOnlyList<ConvNorm>> Towers { get; }

    /// <summary>1x1 with bias: channel 0 is the class logit, then 8 bins each of left, top, right, bottom.</summary>
    public IReadOnlyList<Conv2d> Predictions { get; }

    /// <inheritdoc/>
    public override Tensor[] forward(Tensor[] maps) =>
        [.. maps.Select((map, level) => Predictions[level].call(Towers[level].Aggregate(map, (x, convolution) => convolution.forward(x))))];

    /// <summary>Carries upstream's names of the towers; their batch norms are called norm.</summary>
    private sealed class TowerNames() : nn.Module(nameof(TowerNames))
    {
        public void Add(int level, List<ConvNorm> tower)
        {
            register_module($"cls_conv_dw{level}", nn.ModuleList([.. tower.Where((_, i) => i % 2 == 0).Select(c => new Names(c))]));
            register_module($"cls_conv_pw{level}", nn.ModuleList([.. tower.Where((_, i) => i % 2 == 1).Select(c => new Names(c))]));
        }

        private sealed class Names : nn.Module
        {
            public Names(ConvNorm convolution)
                : base(nameof(Names))
            {
                register_module("conv", convolution.Convolution);
                register_module("norm", convolution.Norm);
            }
        }
    }
}
