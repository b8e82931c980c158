using SkiaSharp;

namespace ShiTu.DemoScene.Packs;

/// <summary>Short names for filling and stroking.</summary>
internal static class Ink
{
    public static void Fill(this SKCanvas canvas, SKPath path, SKColor color)
    {
        using var paint = new SKPaint { Color = color, IsAntialias = true };
        canvas.DrawPath(path, paint);
    }

    public static void Fill(this SKCanvas canvas, SKRect rect, SKColor color, float radius = 0)
    {
        using var paint = new SKPaint { Color = color, IsAntialias = true };
        canvas.DrawRoundRect(rect, radius, radius, paint);
    }

    public static void FillOval(this SKCanvas canvas, SKRect rect, SKColor color)
    {
        using var paint = new SKPaint { Color = color, IsAntialias = true };
        canvas.DrawOval(rect, paint);
    }

    public static void FillCircle(this SKCanvas canvas, float x, float y, float radius, SKColor color) =>
        canvas.FillOval(new SKRect(x - radius, y - radius, x + radius, y + radius), color);

    public static void Stroke(this SKCanvas canvas, SKPath path, SKColor color, float width)
    {
        using var paint = StrokePaint(color, width);
        canvas.DrawPath(path, paint);
    }

    public static void StrokeLine(this SKCanvas canvas, float x0, float y0, float x1, float y1, SKColor color, float width)
    {
        using var paint = StrokePaint(color, width);
        canvas.DrawLine(x0, y0, x1, y1, paint);
    }

    public static void StrokeCircle(this SKCanvas canvas, float x, float y, float radius, SKColor color, float width)
    {
        using var paint = StrokePaint(color, width);
        canvas.DrawCircle(x, y, radius, paint);
    }

    public static void FillShader(this SKCanvas canvas, SKRect rect, SKShader shader)
    {
        using var paint = new SKPaint { Shader = shader, IsAntialias = true };
        canvas.DrawRect(rect, paint);
        shader.Dispose();
    }

    /// <summary>A path in SVG's notation, scaled by <paramref name="sx"/>, <paramref name="sy"/>; holes by the even-odd rule.</summary>
    public static SKPath Path(string svg, float sx = 1, float sy = 1)
    {
        using var unit = SKPath.ParseSvgPathData(svg);
        var path = new SKPath();
        unit.Transform(SKMatrix.CreateScale(sx, sy), path);
        path.FillType = SKPathFillType.EvenOdd;
        return path;
    }

    /// <summary>A closed polygon.</summary>
    public static SKPath Polygon(ReadOnlySpan<SKPoint> points)
    {
        using var builder = new SKPathBuilder();
        builder.AddPoly(points, true);
        return builder.Detach();
    }

    private static SKPaint StrokePaint(SKColor color, float width) =>
        new() { Color = color, IsAntialias = true, IsStroke = true, StrokeWidth = width, StrokeCap = SKStrokeCap.Round, StrokeJoin = SKStrokeJoin.Round };
}
