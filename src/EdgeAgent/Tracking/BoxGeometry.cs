using ShiTu.Inference.Detection;

namespace ShiTu.EdgeAgent.Tracking;

/// <summary>How boxes lie to each other.</summary>
internal static class BoxGeometry
{
    /// <summary>Area in square pixels.</summary>
    public static float Area(in Detection box) => Math.Max(0, box.X2 - box.X1) * Math.Max(0, box.Y2 - box.Y1);

    /// <summary>Area shared, square pixels.</summary>
    public static float Shared(in Detection a, in Detection b) =>
        Math.Max(0, Math.Min(a.X2, b.X2) - Math.Max(a.X1, b.X1)) * Math.Max(0, Math.Min(a.Y2, b.Y2) - Math.Max(a.Y1, b.Y1));

    /// <summary>Intersection over union, 0..1.</summary>
    public static float Iou(in Detection a, in Detection b)
    {
        var shared = Shared(a, b);
        var union = Area(a) + Area(b) - shared;
        return union > 0 ? shared / union : 0;
    }

    /// <summary>Area shared over the smaller one's area, 0..1: 1 where one lies in the other.</summary>
    public static float Overlap(in Detection a, in Detection b)
    {
        var smaller = Math.Min(Area(a), Area(b));
        return smaller > 0 ? Shared(a, b) / smaller : 0;
    }

    /// <summary>Distance of the centres over the mean diagonal.</summary>
    public static float Distance(in Detection a, in Detection b)
    {
        var dx = (a.X1 + a.X2 - b.X1 - b.X2) / 2;
        var dy = (a.Y1 + a.Y2 - b.Y1 - b.Y2) / 2;
        var diagonals = Diagonal(a) + Diagonal(b);
        return diagonals > 0 ? 2 * MathF.Sqrt((dx * dx) + (dy * dy)) / diagonals : float.MaxValue;
    }

    /// <summary>The box moved.</summary>
    public static Detection Shift(in Detection box, float dx, float dy) => box with { X1 = box.X1 + dx, X2 = box.X2 + dx, Y1 = box.Y1 + dy, Y2 = box.Y2 + dy };

    /// <summary>True where the box reaches the frame's edge: a part of the object may be outside.</summary>
    public static bool TouchesEdge(in Detection box, int width, int height)
    {
        var margin = 1 + (Math.Max(width, height) / 400f);
        return box.X1 <= margin || box.Y1 <= margin || box.X2 >= width - margin || box.Y2 >= height - margin;
    }

    private static float Diagonal(in Detection box) => MathF.Sqrt(((box.X2 - box.X1) * (box.X2 - box.X1)) + ((box.Y2 - box.Y1) * (box.Y2 - box.Y1)));
}
