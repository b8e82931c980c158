using static TorchSharp.torch;

namespace ShiTu.Trainer.Ranks;

/// <summary>Mean and sum of squared deviations over the values of all ranks, from each rank's own: exact where means are large beside deviations.</summary>
internal static class SharedMoments
{
    /// <summary>Joins them; the caller's dispose scope owns the results.</summary>
    /// <param name="ranks">The ranks.</param>
    /// <param name="mean">[C], this rank's means.</param>
    /// <param name="squares">[C], this rank's sums of squared deviations from them.</param>
    /// <param name="count">Values a mean is of, on each rank.</param>
    public static (Tensor Mean, Tensor Squares) Of(RankGroup ranks, Tensor mean, Tensor squares, long count)
    {
        var all = ranks.Gather(stack([mean, squares]).unsqueeze(0));
        var (means, sums) = (all.select(1, 0), all.select(1, 1));
        var joined = means.mean([0L]);
        return (joined, sums.sum([0L]) + ((means - joined).square().sum([0L]) * count));
    }

    /// <summary>The unbiased variance of all values of a tensor, over all ranks.</summary>
    public static Tensor Variance(RankGroup ranks, Tensor values)
    {
        var count = values.numel();
        var row = values.reshape(1, -1);
        var (_, squares) = Of(ranks, row.mean([1L]), row.var([1L], unbiased: false) * count, count);
        return squares[0] / ((count * ranks.Size) - 1);
    }
}
