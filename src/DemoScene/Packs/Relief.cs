using SkiaSharp;

namespace ShiTu.DemoScene.Packs;

/// <summary>Light and shade that make a flat print a body.</summary>
internal static class Relief
{
    private static readonly SKColor Clear = new(0, 0, 0, 0);

    /// <summary>A cylinder whose axis lies along y (or x).</summary>
    public static void Cylinder(SKCanvas canvas, SKRect r, float gloss, bool alongX = false)
    {
        var (from, to) = alongX ? (new SKPoint(0, r.Top), new SKPoint(0, r.Bottom)) : (new SKPoint(r.Left, 0), new SKPoint(r.Right, 0));
        canvas.FillShader(r, SKShader.CreateLinearGradient(
            from, to, [new(0, 0, 0, 150), new(0, 0, 0, 40), Clear, Clear, new(0, 0, 0, 60), new(0, 0, 0, 175)], [0, 0.14f, 0.3f, 0.55f, 0.8f, 1], SKShaderTileMode.Clamp));
        var shine = (byte)(gloss * 200);
        canvas.FillShader(r, SKShader.CreateLinearGradient(
            from, to, [new(255, 255, 255, 0), new(255, 255, 255, shine), new(255, 255, 255, (byte)(shine / 3)), new(255, 255, 255, 0)], [0.14f, 0.27f, 0.34f, 0.46f], SKShaderTileMode.Clamp));
    }

    /// <summary>A flat face under a lamp, with worn edges.</summary>
    public static void Face(SKCanvas canvas, SKRect r, SKPath outline)
    {
        canvas.FillShader(r, SKShader.CreateLinearGradient(
            new SKPoint(r.Left, r.Top), new SKPoint(r.Right, r.Bottom), [new(255, 255, 255, 55), Clear, new(0, 0, 0, 60)], [0, 0.45f, 1], SKShaderTileMode.Clamp));
        canvas.Stroke(outline, new SKColor(0, 0, 0, 70), 5);
        canvas.Stroke(outline, new SKColor(255, 255, 255, 90), 2);
    }

    /// <summary>A filled bag: bright belly, dark rim, creases that run from the corners.</summary>
    public static void Pillow(SKCanvas canvas, SKRect r, float gloss)
    {
        var turn = SKMatrix.CreateScale(r.Width / 2, r.Height / 2).PostConcat(SKMatrix.CreateTranslation(r.MidX, r.MidY));
        canvas.FillShader(r, SKShader.CreateRadialGradient(
            new SKPoint(-0.2f, -0.2f), 1.35f, [new(255, 255, 255, (byte)(gloss * 110)), Clear, new(0, 0, 0, 70), new(0, 0, 0, 150)], [0, 0.45f, 0.8f, 1], SKShaderTileMode.Clamp, turn));
        for (var i = 0; i < 10; i++)
        {
            var side = i % 2 == 0 ? -1 : 1;
            var x = r.MidX + (side * r.Width * (0.18f + (0.065f * (i / 2))));
            var y = i % 4 < 2 ? r.Top : r.Bottom;
            var down = y == r.Top ? 1 : -1;
            var tip = y + (down * r.Height * (0.12f + (0.02f * (i % 3))));
            canvas.StrokeLine(x, y, x - (side * r.Width * 0.05f), tip, new SKColor(0, 0, 0, 45), 3);
            canvas.StrokeLine(x + 3, y, x + 3 - (side * r.Width * 0.05f), tip, new SKColor(255, 255, 255, 70), 2);
        }
    }

    /// <summary>A ball.</summary>
    public static void Ball(SKCanvas canvas, float x, float y, float r, float gloss)
    {
        var box = new SKRect(x - r - 1, y - r - 1, x + r + 1, y + r + 1);
        canvas.FillShader(box, SKShader.CreateRadialGradient(
            new SKPoint(x - (r * 0.3f), y - (r * 0.35f)), r * 1.4f, [new(255, 255, 255, 60), Clear, new(0, 0, 0, 70), new(0, 0, 0, 190)], [0, 0.35f, 0.7f, 1], SKShaderTileMode.Clamp));
        canvas.FillShader(box, SKShader.CreateRadialGradient(
            new SKPoint(x - (r * 0.38f), y - (r * 0.42f)), r * 0.32f, [new(255, 255, 255, (byte)(gloss * 230)), new(255, 255, 255, 0)], SKShaderTileMode.Clamp));
    }

    /// <summary>A shallow lid: rim in light and shade, a broad sheen.</summary>
    public static void Lid(SKCanvas canvas, SKRect r, SKPath outline, float gloss)
    {
        canvas.FillShader(r, SKShader.CreateLinearGradient(
            new SKPoint(r.Left, r.Top), new SKPoint(r.Right, r.Bottom),
            [new(255, 255, 255, 20), new(255, 255, 255, (byte)(gloss * 120)), new(255, 255, 255, 10), new(0, 0, 0, 50)], [0, 0.32f, 0.5f, 1], SKShaderTileMode.Clamp));
        canvas.Stroke(outline, new SKColor(0, 0, 0, 110), 14);
        canvas.Stroke(outline, new SKColor(255, 255, 255, 120), 8);
        canvas.Stroke(outline, new SKColor(0, 0, 0, 90), 3);
    }
}
