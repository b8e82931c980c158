using ShiTu.Trainer.Detection.Assignment;
using static TorchSharp.torch;

namespace ShiTu.Trainer.Detection.Losses;

/// <summary>Makes predictions like a teaching detector's: scores by quality focal loss, boxes by the detector's own two box losses weighted with its score.</summary>
internal static class DenseLoss
{
    /// <summary>The loss of a batch; both parts are over the sum of the teacher's scores that reach the floor.</summary>
    /// <param name="predictions">Of the whole batch.</param>
    /// <param name="priors">Cells of the input size.</param>
    /// <param name="targets">The teacher's.</param>
    /// <param name="options">Weights.</param>
    public static Tensor Compute(Predictions predictions, Priors priors, DenseTargets targets, DenseOptions options)
    {
        var logits = predictions.Logits.index_select(0, targets.Pictures);
        var sure = where(targets.Scores >= options.Floor, targets.Scores, zeros_like(targets.Scores));
        var norm = Math.Max(1, sure.sum().item<float>());
        var bce = nn.functional.binary_cross_entropy_with_logits(logits, targets.Scores, reduction: nn.Reduction.None);
        var score = ((logits.sigmoid() - targets.Scores).square() * bce).sum() / norm;
        var rows = sure.flatten().nonzero().flatten();
        if (options.Boxes == 0 || rows.shape[0] == 0)
        {
            return options.Score * score;
        }

        var cells = rows.remainder(priors.Count);
        var sides = predictions.Sides((targets.Pictures.index_select(0, rows.div(priors.Count, RoundingMode.floor)) * priors.Count) + cells);
        var place = priors.InStrides().index_select(0, cells);
        var distances = targets.Distances.flatten(0, 1).index_select(0, rows);
        var goal = cat([place - distances.narrow(1, 0, 2), place + distances.narrow(1, 2, 2)], 1);
        var (overlap, distribution) = DetectionLoss.Boxes(sides, place, goal, sure.flatten().index_select(0, rows), norm);
        return (options.Score * score) + (options.Boxes * (overlap + distribution));
    }
}
