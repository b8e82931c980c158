using System.Runtime.Intrinsics;
using ShiTu.Trainer.Detection.Assignment;
using ShiTu.Trainer.Detection.Networks;

namespace ShiTu.Trainer.Detection.Evaluation;

/// <summary>The box of one prior from the logits of its four distances (detector.md 2.1).</summary>
internal static class DistanceDecoder
{
    /// <summary>Decodes 32 logits: left, top, right, bottom by 8 bins.</summary>
    public static Box Decode(Priors priors, int prior, ReadOnlySpan<float> logits)
    {
        Span<float> sides = stackalloc float[4];
        for (var side = 0; side < 4; side++)
        {
            sides[side] = Distance(logits.Slice(side * DetectorShape.Bins, DetectorShape.Bins)) * priors.Stride[prior];
        }

        var (x, y) = (priors.X[prior], priors.Y[prior]);
        return new(x - sides[0], y - sides[1], x + sides[2], y + sides[3]);
    }

    /// <summary>Expected bin of 8 logits, in strides.</summary>
    internal static float Distance(ReadOnlySpan<float> logits)
    {
        var bins = Vector256.Create(logits);
        var shares = Vector256.Exp(bins - Vector256.Create(Largest(bins)));
        return Vector256.Dot(shares, Vector256<float>.Indices) / Vector256.Sum(shares);
    }

    private static float Largest(Vector256<float> values)
    {
        var four = Vector128.Max(values.GetLower(), values.GetUpper());
        var two = Vector128.Max(four, Vector128.Shuffle(four, Vector128.Create(2, 3, 0, 1)));
        return Math.Max(two[0], two[1]);
    }
}
