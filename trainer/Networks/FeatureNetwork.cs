using TorchSharp;
using static TorchSharp.torch;

namespace ShiTu.Trainer.Networks;

/// <summary>Backbone and neck: what is evaluated and exported. The class head lives with the losses that need it (feature-model.md 1.1).</summary>
public sealed class FeatureNetwork : nn.Module<Tensor, Tensor>
{
    /// <summary>PP-ShiTuV2's network with fresh weights.</summary>
    public FeatureNetwork(BackboneOptions options)
        : base(nameof(FeatureNetwork))
    {
        Options = options;
        Backbone = new PpLcNetV2(options);
        Neck = new BnNeck(options.Embedding);
        register_module("backbone", Backbone);
        register_module("neck", Neck);
    }

    private FeatureNetwork(FeatureNetwork trained)
        : base(nameof(FeatureNetwork))
    {
        (Options, Backbone, Neck) = (trained.Options, trained.Backbone.Fuse(), trained.Neck);
        register_module("backbone", Backbone);
        register_module("neck", Neck);
    }

    /// <summary>The network's options.</summary>
    public BackboneOptions Options { get; }

    /// <summary>Pictures to 512 floats.</summary>
    public PpLcNetV2 Backbone { get; }

    /// <summary>The batch norm after it; retrieval and triplet losses read its output.</summary>
    public BnNeck Neck { get; }

    /// <summary>Trunk average [N,1024] and features [N,512] of normalised pictures [N,3,H,W].</summary>
    public (Tensor Trunk, Tensor Features) Run(Tensor pictures)
    {
        var trunk = Backbone.Trunk(pictures);
        return (trunk.flatten(1), Neck.forward(Backbone.Embed(trunk)));
    }

    /// <summary>The form in which every re-parametrised stage is one convolution; other modules are shared with this network.</summary>
    public FeatureNetwork Fuse() => new(this);

    /// <inheritdoc/>
    public override Tensor forward(Tensor pictures) => Run(pictures).Features;
}
