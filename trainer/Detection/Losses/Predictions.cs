using ShiTu.Trainer.Detection.Assignment;
using ShiTu.Trainer.Detection.Evaluation;
using ShiTu.Trainer.Detection.Networks;
using ShiTu.Trainer.Devices;
using ShiTu.Trainer.Kernels;
using static TorchSharp.torch;

namespace ShiTu.Trainer.Detection.Losses;

/// <summary>The four maps of a batch as one list of priors.</summary>
/// <param name="rows">A prior a row, [N, P, 33]: class logit, then 8 bins each of left, top, right, bottom.</param>
public sealed class Predictions(Tensor rows)
{
    /// <summary>Class logits, [N, P].</summary>
    public Tensor Logits { get; } = rows.select(2, 0);

    /// <summary>Joins the maps [N, 33, h, w] of the network, prior order of detector.md 1.4.</summary>
    public static Predictions Of(IReadOnlyList<Tensor> maps)
    {
        ArgumentNullException.ThrowIfNull(maps);
        var n = maps[0].shape[0];
        return new(cat([.. maps.Select(map => map.permute(0, 2, 3, 1).reshape(n, -1, map.shape[1]))], 1));
    }

    /// <summary>Expected distances in strides, [M, 4] of logits [M, 4, 8] (detector.md 2.1).</summary>
    public static Tensor Distances(Tensor sides) => nn.functional.softmax(sides, -1).matmul(arange(DetectorShape.Bins, sides.dtype));

    /// <summary>Logits of the distances of some priors, [M, 4, 8]. Few of a batch's priors have a box: the others' bins are moved neither here nor on the way back.</summary>
    /// <param name="priors">Places in the batch's N * P priors, int64 [M].</param>
    public Tensor Sides(Tensor priors) => rows.flatten(0, 1).index_select(0, priors).narrow(1, 1, 4 * DetectorShape.Bins).reshape(-1, 4, DetectorShape.Bins);

    /// <summary>Scores and boxes in input pixels, without gradient.</summary>
    /// <param name="priors">Cells of the input size.</param>
    /// <returns>N * P of each, picture by picture.</returns>
    public unsafe (float[] Scores, Box[] Boxes) Decode(Priors priors)
    {
        ArgumentNullException.ThrowIfNull(priors);
        using var values = Placement.ToMain(rows);
        var first = TensorMemory.Of(values);
        var (width, count) = ((int)values.shape[2], priors.Count);
        var scores = new float[values.shape[0] * count];
        var boxes = new Box[scores.Length];
        Parallel.For(0, (int)values.shape[0], new ParallelOptions { MaxDegreeOfParallelism = get_num_threads() }, picture =>
        {
            for (var prior = 0; prior < count; prior++)
            {
                var at = (picture * count) + prior;
                var row = new ReadOnlySpan<float>(first + ((long)at * width), width);
                scores[at] = 1 / (1 + MathF.Exp(-row[0]));
                boxes[at] = DistanceDecoder.Decode(priors, prior, row[1..]);
            }
        });
        return (scores, boxes);
    }
}
