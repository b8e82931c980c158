using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace ShiTu.Trainer.Networks;

/// <summary>PPLCNet, the backbone of PP-ShiTuV1 at scale 2.5 (feature-model.md 1.8): [N,3,H,W] normalised RGB to [N,1280].</summary>
public sealed class PpLcNet : nn.Module<Tensor, Tensor>, IBackbone
{
    /// <summary>What evaluation multiplies by in dropout's place: 1 - p.</summary>
    public const double DropoutScale = 1 - Dropout;

    private const double Dropout = 0.2;
    private readonly LcBlock[] _blocks;

    /// <summary>Makes one with fresh weights.</summary>
    /// <param name="scale">Factor of all channels; ShiTuV1 2.5.</param>
    public PpLcNet(double scale = 2.5)
        : base(nameof(PpLcNet))
    {
        int Channels(int of) => Math.Max(8, (int)(((of * scale) + 4) / 8) * 8);
        Entry = new ConvNorm(3, Channels(16), 3, 2, activation: Activation.HardSwish);
        var table = new (string Stage, int Kernel, int Input, int Output, int Stride, bool Excite)[]
        {
            ("blocks2", 3, 16, 32, 1, false),
            ("blocks3", 3, 32, 64, 2, false), ("blocks3", 3, 64, 64, 1, false),
            ("blocks4", 3, 64, 128, 2, false), ("blocks4", 3, 128, 128, 1, false),
            ("blocks5", 3, 128, 256, 2, false), ("blocks5", 5, 256, 256, 1, false), ("blocks5", 5, 256, 256, 1, false), ("blocks5", 5, 256, 256, 1, false), ("blocks5", 5, 256, 256, 1, false), ("blocks5", 5, 256, 256, 1, false),
            ("blocks6", 5, 256, 512, 2, true), ("blocks6", 5, 512, 512, 1, true),
        };
        _blocks = [.. table.Select(row => new LcBlock(new(Channels(row.Input), Channels(row.Output), row.Stride, row.Kernel, Excite: row.Excite, Activation: Activation.HardSwish, Gate: Activation.HardSigmoid)))];
        LastConvolution = nn.Conv2d(Channels(512), Dimension, 1, bias: false);
        InitialWeights.KaimingNormal(LastConvolution);
        register_module("conv1", Entry);
        foreach (var (stage, rows) in table.Index().GroupBy(row => row.Item.Stage).Select(group => (group.Key, group.Select(row => row.Index).ToList())))
        {
            register_module(stage, nn.ModuleList([.. rows.Select(row => _blocks[row])]));
        }

        register_module("last_conv", LastConvolution);
    }

    /// <summary>3x3, stride 2.</summary>
    public ConvNorm Entry { get; }

    /// <summary>The 13 depthwise separable blocks.</summary>
    public IReadOnlyList<LcBlock> Blocks => _blocks;

    /// <summary>1x1 to 1280 channels, no bias.</summary>
    public Conv2d LastConvolution { get; }

    /// <inheritdoc/>
    public int Dimension => 1280;

    /// <inheritdoc/>
    public Tensor Trunk(Tensor pictures)
    {
        var x = Entry.forward(pictures);
        foreach (var block in _blocks)
        {
            x = block.forward(x);
        }

        return x.mean([2, 3], keepdim: true);
    }

    /// <inheritdoc/>
    public Tensor Embed(Tensor trunk)
    {
        var x = nn.functional.hardswish(LastConvolution.forward(trunk));
        return (training ? x * (rand_like(x) >= Dropout) : x * DropoutScale).flatten(1);
    }

    /// <inheritdoc/>
    public override Tensor forward(Tensor pictures) => Embed(Trunk(pictures));

    /// <inheritdoc/>
    public IEnumerable<LayerCost> Costs(int height, int width)
    {
        var cost = new CostCounter(height, width);
        cost.Add("conv1", Entry.Convolution, Entry.Norm);
        for (var i = 0; i < _blocks.Length; i++)
        {
            cost.Add($"block{i}", _blocks[i]);
        }

        cost.Pool();
        cost.Add("last_conv", LastConvolution, null);
        return cost.Layers;
    }
}
