using TorchSharp;
using static TorchSharp.torch;

namespace ShiTu.Trainer.Ranks;

/// <summary>
/// The rows of all ranks, so that each computes the whole step's loss. Each rank's own rows get the gradient times the number of ranks: its share of the
/// loss is one of that many, and gradients are averaged.
/// </summary>
internal sealed class JoinedRows : autograd.SingleTensorFunction<JoinedRows>
{
    /// <inheritdoc/>
    public override string Name => nameof(JoinedRows);

    /// <summary>[n, d] of this rank to [ranks · n, d], by rank.</summary>
    public static Tensor Of(RankGroup ranks, Tensor rows) => apply(rows, ranks);

    /// <inheritdoc/>
    public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
    {
        ctx.save_data("ranks", vars[1]);
        return ((RankGroup)vars[1]).Gather((Tensor)vars[0]);
    }

    /// <inheritdoc/>
    public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output)
    {
        var ranks = (RankGroup)ctx.get_data("ranks");
        var rows = grad_output.shape[0] / ranks.Size;
        using var own = grad_output.narrow(0, ranks.Rank * rows, rows);
        return [own * ranks.Size, null!];
    }
}
