using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace ShiTu.Trainer.Networks;

/// <summary>PPLCNetV2_base as PP-ShiTuV2 changes it (feature-model.md 1.2 to 1.5): [N,3,H,W] normalised RGB to [N,512].</summary>
public sealed class PpLcNetV2 : nn.Module<Tensor, Tensor>, IBackbone
{
    private readonly BackboneOptions _options;
    private readonly LcBlock[] _blocks;

    /// <summary>Makes the training form with fresh weights.</summary>
    public PpLcNetV2(BackboneOptions options)
        : base(nameof(PpLcNetV2))
    {
        _options = options;
        Entry = new ConvNorm(3, 32, 3, 2);
        _blocks = [.. Shapes(options).Select(shape => new LcBlock(shape))];
        LastConvolution = nn.Conv2d(1024, options.Embedding, 1);
        InitialWeights.PaddleDefault(LastConvolution);
        Register();
    }

    private PpLcNetV2(PpLcNetV2 trained)
        : base(nameof(PpLcNetV2))
    {
        (_options, Entry, LastConvolution) = (trained._options, trained.Entry, trained.LastConvolution);
        _blocks = [.. trained._blocks.Select(block => block.Fuse())];
        Register();
        train(trained.training);
    }

    /// <summary>stem.0: 3x3, stride 2, 3 to 32 channels.</summary>
    public ConvNorm Entry { get; }

    /// <summary>stem.1, then the blocks of the four stages: 13 in all.</summary>
    public IReadOnlyList<LcBlock> Blocks => _blocks;

    /// <summary>The 1x1 convolution after the global average, with bias.</summary>
    public Conv2d LastConvolution { get; }

    /// <summary>ReLU after <see cref="LastConvolution"/>.</summary>
    public bool LastActivation => _options.LastActivation;

    /// <summary>What evaluation multiplies by in dropout's place: 1 - p.</summary>
    public double DropoutScale => 1 - _options.Dropout;

    /// <summary>Uniform numbers of a tensor's shape, by which dropout decides; several ranks draw theirs together.</summary>
    internal Func<Tensor, Tensor> Noise { get; set; } = x => rand_like(x);

    /// <inheritdoc/>
    public int Dimension => _options.Embedding;

    /// <summary>Shapes of the 13 blocks in order.</summary>
    public static IReadOnlyList<LcBlockShape> Shapes(BackboneOptions options)
    {
        var rep = options.Branches;
        var shapes = new List<LcBlockShape>
        {
            new(32, 64, 1, 3),
            new(64, 128, 2, 3), new(128, 128, 1, 3),
            new(128, 256, 2, 3), new(256, 256, 1, 3),
            new(256, 512, 2, 5, Split: true, Branches: rep, Excite: true),
        };
        shapes.AddRange(Enumerable.Repeat(new LcBlockShape(512, 512, 1, 5, Split: true, Branches: rep, Excite: true), 5));
        shapes.Add(new(512, 1024, options.LastStride, 5, Branches: rep, Shortcut: true));
        shapes.Add(new(1024, 1024, 1, 5, Branches: rep, Shortcut: true));
        return shapes;
    }

    /// <summary>Input of block <paramref name="index"/> to its output; block 0 includes the stem's first convolution and takes pictures.</summary>
    public Tensor Block(int index, Tensor x) => _blocks[index].forward(index == 0 ? Entry.forward(x) : x);

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
        var x = LastConvolution.forward(trunk);
        x = LastActivation ? x.relu_() : x;
        if (_options.Dropout > 0)
        {
            x = training ? x * (Noise(x) >= _options.Dropout) : x * DropoutScale;
        }

        return x.flatten(1);
    }

    /// <inheritdoc/>
    public override Tensor forward(Tensor pictures) => Embed(Trunk(pictures));

    /// <summary>The form in which every re-parametrised stage is one convolution; other modules are shared with this network.</summary>
    public PpLcNetV2 Fuse() => new(this);

    /// <inheritdoc/>
    public IEnumerable<LayerCost> Costs(int height, int width)
    {
        var cost = new CostCounter(height, width);
        cost.Add("stem.0", Entry.Convolution, Entry.Norm);
        for (var i = 0; i < _blocks.Length; i++)
        {
            cost.Add(Name(i), _blocks[i]);
        }

        cost.Pool();
        cost.Add("last_conv", LastConvolution, null);
        return cost.Layers;
    }

    /// <summary>Name of block <paramref name="index"/>, as "stages.2.0".</summary>
    public static string Name(int index) => index switch
    {
        0 => "stem.1",
        < 3 => $"stages.0.{index - 1}",
        < 5 => $"stages.1.{index - 3}",
        < 11 => $"stages.2.{index - 5}",
        _ => $"stages.3.{index - 11}",
    };

    private void Register()
    {
        register_module("stem", new Named(("0", Entry), ("1", _blocks[0])));
        register_module("stages", new Named([.. Enumerable.Range(0, 4).Select(stage => (stage.ToString(), (nn.Module)new Named(
            [.. Enumerable.Range(1, _blocks.Length - 1).Select(i => (Path: Name(i).Split('.'), Block: _blocks[i])).Where(b => b.Path[1] == stage.ToString()).Select(b => (b.Path[2], (nn.Module)b.Block))])))]));
        register_module("last_conv", LastConvolution);
    }

    /// <summary>A module that only gives its children a place in the names.</summary>
    private sealed class Named : nn.Module
    {
        public Named(params (string Name, nn.Module Module)[] children)
            : base(nameof(Named))
        {
            foreach (var (name, module) in children)
            {
                register_module(name, module);
            }
        }
    }
}
