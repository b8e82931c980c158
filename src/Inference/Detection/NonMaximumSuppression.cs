namespace ShiTu.Inference.Detection;

/// <summary>Greedy NMS with the semantics of <c>detector.md</c> 2.4: a suppressed box never suppresses, areas without the "+1".</summary>
public static class NonMaximumSuppression
{
    /// <summary>Candidates that enter.</summary>
    public const int MaxCandidates = 1000;

    /// <summary>Keeps a box only where its overlap with every kept one is at most <paramref name="iouThreshold"/>.</summary>
    /// <param name="candidates">Best first.</param>
    /// <param name="iouThreshold">Largest intersection over union that is kept, 0..1.</param>
    /// <param name="kept">Receives the kept boxes, best first; its length is the most that are kept.</param>
    /// <returns>How many were kept.</returns>
    public static int Apply(ReadOnlySpan<Detection> candidates, float iouThreshold, Span<Detection> kept)
    {
        var count = 0;
        foreach (ref readonly var candidate in candidates)
        {
            if (count == kept.Length)
            {
                break;
            }

            if (candidate.X2 - candidate.X1 >= 1 && candidate.Y2 - candidate.Y1 >= 1 && !Overlaps(candidate, kept[..count], iouThreshold))
            {
                kept[count++] = candidate;
            }
        }

        return count;
    }

    /// <summary>Intersection over union; 0 for disjoint boxes.</summary>
    public static float Iou(in Detection a, in Detection b)
    {
        var width = Math.Min(a.X2, b.X2) - Math.Max(a.X1, b.X1);
        var height = Math.Min(a.Y2, b.Y2) - Math.Max(a.Y1, b.Y1);
        if (width <= 0 || height <= 0)
        {
            return 0;
        }

        var intersection = width * height;
        return intersection / (Area(a) + Area(b) - intersection);
    }

    private static bool Overlaps(in Detection candidate, ReadOnlySpan<Detection> kept, float threshold)
    {
        foreach (ref readonly var box in kept)
        {
            if (Iou(candidate, box) > threshold)
            {
                return true;
            }
        }

        return false;
    }

    private static float Area(in Detection box) => box.X2 <= box.X1 || box.Y2 <= box.Y1 ? 0 : (box.X2 - box.X1) * (box.Y2 - box.Y1);
}
