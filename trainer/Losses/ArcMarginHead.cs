using TorchSharp;
using static TorchSharp.torch;

namespace ShiTu.Trainer.Losses;

/// <summary>PP-ShiTuV1's head: cosines to class vectors with an angular margin on the true class (feature-model.md 2.5).</summary>
public sealed class ArcMarginHead : nn.Module<Tensor, Tensor, Tensor>
{
    private readonly double _margin;
    private readonly double _scale;
    private readonly bool _easy;

    /// <summary>Makes a head with Xavier-normal weights.</summary>
    /// <param name="dimension">Floats an embedding.</param>
    /// <param name="classes">Classes.</param>
    /// <param name="margin">Added to the true class's angle, radians.</param>
    /// <param name="scale">Factor of all outputs.</param>
    /// <param name="easy">The margin only where the cosine is positive.</param>
    public ArcMarginHead(int dimension, int classes, double margin = 0.2, double scale = 30, bool easy = false)
        : base(nameof(ArcMarginHead))
    {
        (_margin, _scale, _easy) = (margin, scale, easy);
        register_parameter("weight", nn.Parameter(randn(dimension, classes) * Math.Sqrt(2.0 / (dimension + classes))));
    }

    /// <summary>[dimension, classes].</summary>
    public TorchSharp.Modules.Parameter Weight => get_parameter("weight")!;

    /// <summary>Cosines, unscaled: what evaluation sees.</summary>
    public Tensor Cosines(Tensor features) => UnitVectors.Of(features).matmul(Weight / Weight.norm(0, keepdim: true, p: 2f));

    /// <summary>Scaled outputs with the margin on the true classes; plain cross-entropy follows.</summary>
    public override Tensor forward(Tensor features, Tensor labels)
    {
        var cosine = Cosines(features);
        var sine = (1 - cosine.square() + 1e-6).sqrt();
        var shifted = (cosine * Math.Cos(_margin)) - (sine * Math.Sin(_margin));
        shifted = _easy
            ? where(cosine > 0, shifted, cosine)
            : where(cosine > -Math.Cos(_margin), shifted, cosine - (_margin * Math.Sin(_margin)));
        var own = nn.functional.one_hot(labels, cosine.shape[1]).to_type(cosine.dtype);
        return ((own * shifted) + ((1 - own) * cosine)) * _scale;
    }
}
