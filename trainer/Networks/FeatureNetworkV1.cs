using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace ShiTu.Trainer.Networks;

/// <summary>PP-ShiTuV1's backbone and neck, a linear layer to 512 floats (feature-model.md 1.8).</summary>
public sealed class FeatureNetworkV1 : nn.Module<Tensor, Tensor>
{
    private const int Embedding = 512;

    /// <summary>Makes one with fresh weights.</summary>
    public FeatureNetworkV1()
        : base(nameof(FeatureNetworkV1))
    {
        Backbone = new PpLcNet();
        Projection = nn.Linear(Backbone.Dimension, Embedding);
        register_module("backbone", Backbone);
        register_module("neck", nn.Sequential(("fc", Projection)));
    }

    /// <summary>Pictures to 1280 floats.</summary>
    public PpLcNet Backbone { get; }

    /// <summary>1280 to 512 floats.</summary>
    public Linear Projection { get; }

    /// <inheritdoc/>
    public override Tensor forward(Tensor pictures) => Projection.forward(Backbone.forward(pictures));
}
