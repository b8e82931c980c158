using System.Runtime.InteropServices;
using ShiTu.Trainer.Detection.Assignment;
using ShiTu.Trainer.Detection.Networks;
using static TorchSharp.torch;

namespace ShiTu.Trainer.Detection.Losses;

/// <summary>The four maps of a batch as one list of priors.</summary>
/// <param name="Logits">Class logits, [N, P].</param>
/// <param name="Sides">Logits of the distances, [N * P, 4, 8]: left, top, right, bottom.</param>
public sealed record Predictions(Tensor Logits, Tensor Sides)
{
    /// <summary>Joins the maps [N, 33, h, w] of the network, prior order of detector.md 1.4.</summary>
    public static Predictions Of(IReadOnlyList<Tensor> maps)
    {
        ArgumentNullException.ThrowIfNull(maps);
        var n = maps[0].shape[0];
        var rows = cat([.. maps.Select(map => map.permute(0, 2, 3, 1).reshape(n, -1, map.shape[1]))], 1);
        return new(rows.select(2, 0), rows.narrow(2, 1, 4 * DetectorShape.Bins).reshape(-1, 4, DetectorShape.Bins));
    }

    /// <summary>Expected distances in strides, [M, 4] of logits [M, 4, 8] (detector.md 2.1).</summary>
    public static Tensor Distances(Tensor sides) => nn.functional.softmax(sides, -1).matmul(arange(DetectorShape.Bins, ScalarType.Float32));

    /// <summary>Scores and boxes in input pixels, without gradient.</summary>
    /// <param name="priors">Cells of the input size.</param>
    /// <returns>N * P of each, picture by picture.</returns>
    public (float[] Scores, Box[] Boxes) Decode(Priors priors)
    {
        ArgumentNullException.ThrowIfNull(priors);
        using var nograd = no_grad();
        using var scope = NewDisposeScope();
        var scores = MemoryMarshal.Cast<byte, float>(Logits.sigmoid().contiguous().bytes).ToArray();
        var distances = MemoryMarshal.Cast<byte, float>(Distances(Sides).contiguous().bytes);
        var boxes = new Box[scores.Length];
        for (var i = 0; i < boxes.Length; i++)
        {
            var prior = i % priors.Count;
            var stride = priors.Stride[prior];
            var (x, y) = (priors.X[prior], priors.Y[prior]);
            boxes[i] = new(
                x - (distances[4 * i] * stride),
                y - (distances[(4 * i) + 1] * stride),
                x + (distances[(4 * i) + 2] * stride),
                y + (distances[(4 * i) + 3] * stride));
        }

        return (scores, boxes);
    }
}
