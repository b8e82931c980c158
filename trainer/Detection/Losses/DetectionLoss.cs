using ShiTu.Trainer.Detection.Assignment;
using static TorchSharp.torch;

namespace ShiTu.Trainer.Detection.Losses;

/// <summary>Assigns a batch and computes varifocal, GIoU and distribution focal loss with the true normalisers (detector.md 4.3).</summary>
public static class DetectionLoss
{
    private const double LargestDistance = 6.9;

    /// <summary>The loss of a batch.</summary>
    /// <param name="predictions">Of N pictures.</param>
    /// <param name="priors">Cells of the input size.</param>
    /// <param name="truth">Boxes of each picture in input pixels; none for a background picture.</param>
    public static LossParts Compute(Predictions predictions, Priors priors, IReadOnlyList<Box[]> truth)
    {
        ArgumentNullException.ThrowIfNull(predictions);
        ArgumentNullException.ThrowIfNull(priors);
        ArgumentNullException.ThrowIfNull(truth);
        var (scores, boxes) = predictions.Decode(priors);
        var p = priors.Count;
        var assigned = new int[truth.Count * p];
        Parallel.For(0, truth.Count, n => SimOta.Assign(priors, scores.AsSpan(n * p, p), boxes.AsSpan(n * p, p), truth[n], assigned.AsSpan(n * p, p)));

        return Compute(predictions, priors, truth, assigned, scores, boxes);
    }

    /// <summary>The loss of a batch whose priors are assigned.</summary>
    internal static LossParts Compute(Predictions predictions, Priors priors, IReadOnlyList<Box[]> truth, int[] assigned, float[] scores, Box[] boxes)
    {
        var p = priors.Count;
        var quality = new float[scores.Length];
        var rows = new List<long>();
        var weights = new List<float>();
        var targets = new List<float>();
        var places = new List<float>();
        var positives = 0;
        for (var n = 0; n < truth.Count; n++)
        {
            var before = rows.Count;
            for (var i = 0; i < p && truth[n].Length > 0; i++)
            {
                var row = (n * p) + i;
                if (assigned[row] >= 0)
                {
                    var target = truth[n][assigned[row]];
                    var s = priors.Stride[i];
                    quality[row] = (float)boxes[row].Iou(target);
                    rows.Add(row);
                    weights.Add(scores[row]);
                    targets.AddRange([target.X1 / s, target.Y1 / s, target.X2 / s, target.Y2 / s]);
                    places.AddRange([priors.X[i] / s, priors.Y[i] / s]);
                }
            }

            positives += truth[n].Length > 0 ? Math.Max(1, rows.Count - before) : 0;
        }

        var varifocal = Varifocal(predictions.Logits, tensor(quality).reshape(predictions.Logits.shape)).sum() / Math.Max(1, positives);
        if (rows.Count == 0)
        {
            var none = varifocal * 0;
            return new(varifocal, none, none, 0);
        }

        var norm = Math.Max(1, weights.Sum());
        var weight = tensor(weights.ToArray());
        var goal = tensor(targets.ToArray()).reshape(-1, 4);
        var place = tensor(places.ToArray()).reshape(-1, 2);
        var sides = predictions.Sides(tensor(rows.ToArray()));
        var (overlap, distribution) = Boxes(sides, place, goal, weight, norm);
        return new(varifocal, overlap, distribution, positives);
    }

    /// <summary>The two losses of boxes: 2 (1 - GIoU) and 0.25 x distribution focal loss, weighted, over a normaliser.</summary>
    /// <param name="sides">Logits of the distances, [M, 4, 8].</param>
    /// <param name="place">Centres in strides, [M, 2].</param>
    /// <param name="goal">Boxes in strides, [M, 4].</param>
    /// <param name="weight">Of each, [M].</param>
    /// <param name="norm">What the sums are divided by.</param>
    internal static (Tensor Overlap, Tensor Distribution) Boxes(Tensor sides, Tensor place, Tensor goal, Tensor weight, double norm)
    {
        var overlap = 2 * ((1 - Giou(Corners(place, Predictions.Distances(sides)), goal)) * weight).sum() / norm;
        var distances = cat([place - goal.narrow(1, 0, 2), goal.narrow(1, 2, 2) - place], 1).clamp(0, LargestDistance);
        var distribution = 0.25 * (DistributionFocal(sides, distances).mean([1]) * weight).sum() / norm;
        return (overlap, distribution);
    }

    /// <summary>Varifocal loss of logits against overlaps, element by element; the modulating factor carries gradient.</summary>
    public static Tensor Varifocal(Tensor logits, Tensor quality)
    {
        ArgumentNullException.ThrowIfNull(logits);
        ArgumentNullException.ThrowIfNull(quality);
        var weight = where(quality > 0, quality, 0.75 * logits.sigmoid().square());
        return weight * nn.functional.binary_cross_entropy_with_logits(logits, quality, reduction: nn.Reduction.None);
    }

    /// <summary>Cross-entropy of logits [M, 4, 8] shared between the two bins beside each distance [M, 4] (0 to 6.9).</summary>
    public static Tensor DistributionFocal(Tensor sides, Tensor distances)
    {
        ArgumentNullException.ThrowIfNull(sides);
        ArgumentNullException.ThrowIfNull(distances);
        var logs = nn.functional.log_softmax(sides, -1);
        var low = distances.floor();
        var left = low.to_type(ScalarType.Int64).unsqueeze(-1);
        var below = logs.gather(-1, left).squeeze(-1);
        var above = logs.gather(-1, left + 1).squeeze(-1);
        return -(((low + 1 - distances) * below) + ((distances - low) * above));
    }

    /// <summary>GIoU of boxes [M, 4] by pairs, epsilon 1e-10 in union and hull.</summary>
    public static Tensor Giou(Tensor a, Tensor b)
    {
        ArgumentNullException.ThrowIfNull(a);
        ArgumentNullException.ThrowIfNull(b);
        var (a1, a2, b1, b2) = (a.narrow(1, 0, 2), a.narrow(1, 2, 2), b.narrow(1, 0, 2), b.narrow(1, 2, 2));
        var shared = (minimum(a2, b2) - maximum(a1, b1)).clamp_min(0).prod(1);
        var union = (a2 - a1).prod(1) + (b2 - b1).prod(1) - shared + 1e-10;
        var hull = (maximum(a2, b2) - minimum(a1, b1)).prod(1) + 1e-10;
        return (shared / union) - ((hull - union) / hull);
    }

    private static Tensor Corners(Tensor place, Tensor distances) => cat([place - distances.narrow(1, 0, 2), place + distances.narrow(1, 2, 2)], 1);
}
