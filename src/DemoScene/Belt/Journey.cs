using SkiaSharp;

namespace ShiTu.DemoScene.Belt;

/// <summary>One object on the belt: where it lies on it and how it turns.</summary>
/// <param name="Number">Number of the object.</param>
/// <param name="Product">Which product.</param>
/// <param name="Sprite">Its picture.</param>
/// <param name="Along">Place on the belt: the object's middle is at <c>travel - Along</c>, pixels of a 720-line frame.</param>
/// <param name="Across">Middle from the top, pixels of a 720-line frame.</param>
/// <param name="Scale">Size, 1 as designed.</param>
/// <param name="Angle">Turn at travel 0, degrees clockwise.</param>
/// <param name="Spin">Degrees a 1000 pixels of travel.</param>
internal sealed record Journey(int Number, SceneProduct Product, PackSprite Sprite, double Along, double Across, double Scale, double Angle, double Spin)
{
    /// <summary>Where it is once the belt has moved by <paramref name="travel"/>; <paramref name="zoom"/> frame pixels a 720-line pixel.</summary>
    public Pose At(double travel, double zoom)
    {
        var (sin, cos) = Math.SinCos((Angle + (Spin * travel / 1000)) * Math.PI / 180);
        var scale = Scale * zoom;
        return new Pose((float)((travel - Along) * zoom), (float)(Across * zoom), (float)(sin * scale), (float)(cos * scale));
    }
}

/// <summary>Turn, scale and place of a sprite in a frame.</summary>
internal readonly record struct Pose(float X, float Y, float Sin, float Cos)
{
    /// <summary>From the sprite to the frame.</summary>
    public SKPoint ToFrame(SKPoint p) => new(X + (Cos * p.X) - (Sin * p.Y), Y + (Sin * p.X) + (Cos * p.Y));

    /// <summary>From the frame to the sprite.</summary>
    public SKPoint ToSprite(SKPoint p)
    {
        var square = (Sin * Sin) + (Cos * Cos);
        var (dx, dy) = (p.X - X, p.Y - Y);
        return new SKPoint(((Cos * dx) + (Sin * dy)) / square, ((Cos * dy) - (Sin * dx)) / square);
    }

    /// <summary>The box of the turned hull.</summary>
    public SKRect Box(ReadOnlySpan<SKPoint> hull)
    {
        var (left, top, right, bottom) = (float.MaxValue, float.MaxValue, float.MinValue, float.MinValue);
        foreach (var corner in hull)
        {
            var p = ToFrame(corner);
            left = MathF.Min(left, p.X);
            right = MathF.Max(right, p.X);
            top = MathF.Min(top, p.Y);
            bottom = MathF.Max(bottom, p.Y);
        }

        return new SKRect(left, top, right, bottom);
    }
}
