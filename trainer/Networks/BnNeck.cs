using ShiTu.Trainer.Ranks;
using TorchSharp;
using static TorchSharp.torch;

namespace ShiTu.Trainer.Networks;

/// <summary>Batch norm over the embedding with a trained gamma and a beta that stays 0 (feature-model.md 1.6).</summary>
public sealed class BnNeck : nn.Module<Tensor, Tensor>
{
    private const double Momentum = 0.1;
    private const double Epsilon = 1e-5;

    /// <summary>Makes one for <paramref name="dimension"/> floats.</summary>
    public BnNeck(int dimension)
        : base(nameof(BnNeck))
    {
        Gamma = nn.Parameter(ones(dimension));
        Beta = zeros(dimension);
        Mean = zeros(dimension);
        Variance = ones(dimension);
        register_parameter("weight", Gamma);
        register_buffer("bias", Beta);
        register_buffer("running_mean", Mean);
        register_buffer("running_var", Variance);
    }

    /// <summary>Trained scale.</summary>
    public TorchSharp.Modules.Parameter Gamma { get; }

    /// <summary>Always 0.</summary>
    public Tensor Beta { get; }

    /// <summary>Running mean.</summary>
    public Tensor Mean { get; }

    /// <summary>Running variance.</summary>
    public Tensor Variance { get; }

    /// <summary>Scale and shift that the neck is in evaluation: gamma / sqrt(var + 1e-5) and beta - mean · scale; the caller owns both.</summary>
    public (Tensor Scale, Tensor Shift) Fold()
    {
        using var nograd = no_grad();
        using var scope = NewDisposeScope();
        var scale = Gamma / (Variance + Epsilon).sqrt();
        var shift = Beta - (Mean * scale);
        return (scale.MoveToOuterDisposeScope(), shift.MoveToOuterDisposeScope());
    }

    /// <inheritdoc/>
    public override Tensor forward(Tensor x) => SharedNorm.Run(x, Mean, Variance, Gamma, Beta, training, Momentum, Epsilon);
}
