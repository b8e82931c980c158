using TorchSharp;
using static TorchSharp.torch;

namespace ShiTu.Trainer.Losses;

/// <summary>Batch-hard triplet loss on Euclidean distances (feature-model.md 2.4).</summary>
/// <param name="margin">Between hardest positive and hardest negative distance.</param>
/// <param name="normalize">Features are made unit vectors first.</param>
public sealed class TripletLossV2(double margin = 0.5, bool normalize = true)
{
    /// <summary>The loss of a batch, a scalar.</summary>
    /// <param name="features">[N, D].</param>
    /// <param name="labels">[N].</param>
    public Tensor Of(Tensor features, Tensor labels)
    {
        var x = normalize ? UnitVectors.Of(features) : features;
        var squares = x.square().sum(1, keepdim: true);
        var distance = (squares + squares.t() - (x.matmul(x.t()) * 2)).clamp_min(1e-12).sqrt();
        var same = labels.unsqueeze(0).eq(labels.unsqueeze(1));
        var positive = distance.masked_fill(same.logical_not(), float.NegativeInfinity).amax([1L]);
        var negative = distance.masked_fill(same, float.PositiveInfinity).amin([1L]);
        return (positive - negative + margin).clamp_min(0).mean();
    }
}
