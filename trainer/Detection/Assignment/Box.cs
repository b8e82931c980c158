namespace ShiTu.Trainer.Detection.Assignment;

/// <summary>A box by its corners, in pixels.</summary>
/// <param name="X1">Left.</param>
/// <param name="Y1">Top.</param>
/// <param name="X2">Right.</param>
/// <param name="Y2">Bottom.</param>
public readonly record struct Box(float X1, float Y1, float X2, float Y2)
{
    /// <summary>Width.</summary>
    public float Width => X2 - X1;

    /// <summary>Height.</summary>
    public float Height => Y2 - Y1;

    /// <summary>Area; 0 for an inverted box.</summary>
    public double Area => (double)Math.Max(0, X2 - X1) * Math.Max(0, Y2 - Y1);

    /// <summary>Intersection over union, the union floored at 1e-6.</summary>
    public double Iou(in Box other) => Overlap(other).Iou;

    /// <summary>Intersection over union, and the same less the hull's empty share; union and hull floored at 1e-6 (detector.md 4.2).</summary>
    public (double Iou, double Giou) Overlap(in Box other)
    {
        var width = Math.Min((double)X2, other.X2) - Math.Max(X1, other.X1);
        var height = Math.Min((double)Y2, other.Y2) - Math.Max(Y1, other.Y1);
        var intersection = Math.Max(0, width) * Math.Max(0, height);
        var union = Math.Max(1e-6, Area + other.Area - intersection);
        var hull = Math.Max(1e-6, (Math.Max((double)X2, other.X2) - Math.Min(X1, other.X1)) * (Math.Max((double)Y2, other.Y2) - Math.Min(Y1, other.Y1)));
        var iou = intersection / union;
        return (iou, iou - ((hull - union) / hull));
    }

    /// <summary>The part inside a picture.</summary>
    public Box Clip(float width, float height) =>
        new(Math.Clamp(X1, 0, width), Math.Clamp(Y1, 0, height), Math.Clamp(X2, 0, width), Math.Clamp(Y2, 0, height));

    /// <summary>Moved and stretched: <c>(x - left) * sx</c>.</summary>
    public Box Map(float left, float top, float sx, float sy) => new((X1 - left) * sx, (Y1 - top) * sy, (X2 - left) * sx, (Y2 - top) * sy);
}
