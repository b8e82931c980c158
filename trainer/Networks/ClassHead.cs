using TorchSharp;
using static TorchSharp.torch;

namespace ShiTu.Trainer.Networks;

/// <summary>The class head: a matrix without bias, N(0, 0.001²) (feature-model.md 1.7). Needed while training only.</summary>
public sealed class ClassHead : nn.Module<Tensor, Tensor>
{
    /// <summary>Makes a head.</summary>
    /// <param name="dimension">Floats an embedding.</param>
    /// <param name="classes">Classes.</param>
    public ClassHead(int dimension, int classes)
        : base(nameof(ClassHead))
    {
        Weight = nn.Parameter(zeros(classes, dimension));
        InitialWeights.Normal(Weight, 0.001);
        register_parameter("weight", Weight);
    }

    /// <summary>[classes, dimension].</summary>
    public TorchSharp.Modules.Parameter Weight { get; }

    /// <inheritdoc/>
    public override Tensor forward(Tensor features) => features.matmul(Weight.t());
}
