using System.Text.Json.Serialization;
using ShiTu.Trainer.Json;

namespace ShiTu.Trainer.Training;

/// <summary>Optimiser and schedule of a stage.</summary>
/// <param name="Kind">Which.</param>
/// <param name="Rate">Peak learning rate.</param>
/// <param name="Decay">Weight decay; not for batch norms of the backbone (feature-model.md 4).</param>
/// <param name="Momentum">SGD's momentum, Adam's first beta.</param>
/// <param name="SecondMomentum">Adam's second beta.</param>
/// <param name="Warmup">Share of the stage in which the rate rises linearly from 0; after it, cosine to 0.</param>
/// <param name="Clip">Gradients longer than this are shortened to it; 0: never.</param>
public sealed record OptimizerOptions(
    OptimizerKind Kind = OptimizerKind.Sgd,
    double Rate = 0.06,
    double Decay = 1e-5,
    double Momentum = 0.9,
    double SecondMomentum = 0.999,
    double Warmup = 0.05,
    double Clip = 0)
{
    /// <summary>Learning rate at <paramref name="progress"/> in 0 … 1 of the stage.</summary>
    public double RateAt(double progress) => progress < Warmup
        ? Rate * progress / Warmup
        : Rate / 2 * (1 + Math.Cos(Math.PI * Math.Min(1, (progress - Warmup) / (1 - Warmup))));
}

/// <summary>Which optimiser.</summary>
[JsonConverter(typeof(NameConverter<OptimizerKind>))]
public enum OptimizerKind
{
    /// <summary>Momentum SGD with coupled decay, as PP-ShiTuV2 (feature-model.md 4).</summary>
    Sgd,

    /// <summary>Adam with decoupled decay.</summary>
    AdamW,
}
