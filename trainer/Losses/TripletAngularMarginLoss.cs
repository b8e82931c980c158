using TorchSharp;
using static TorchSharp.torch;

namespace ShiTu.Trainer.Losses;

/// <summary>Batch-hard triplet loss on cosine similarities with absolute terms (feature-model.md 2.3).</summary>
public sealed class TripletAngularMarginLoss(TripletAngularMarginOptions options)
{
    /// <summary>The loss of a batch, a scalar.</summary>
    /// <param name="features">[N, D].</param>
    /// <param name="labels">[N].</param>
    public Tensor Of(Tensor features, Tensor labels)
    {
        var x = options.Normalize ? UnitVectors.Of(features) : features;
        var similarity = x.matmul(x.t());
        var same = labels.unsqueeze(0).eq(labels.unsqueeze(1));
        var positive = similarity.masked_fill(same.logical_not(), float.PositiveInfinity).amin([1L]);
        var negative = similarity.masked_fill(same, float.NegativeInfinity).amax([1L]);
        var ranking = (options.Margin - (positive - negative)).clamp_min(0).mean();
        if (!options.Absolute)
        {
            return ranking;
        }

        var near = (options.Positive - positive).clamp_min(0).mean();
        var over = negative - options.Negative;
        var far = options.Quirk ? where(over > 0, over, ones_like(over)).mean() : over.clamp_min(0).mean();
        return ((near + far) * options.AbsoluteWeight) + ranking;
    }
}
