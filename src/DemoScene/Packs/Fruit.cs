using SkiaSharp;

namespace ShiTu.DemoScene.Packs;

/// <summary>Things without a pack.</summary>
internal static class Fruit
{
    public static void Orange(SKCanvas canvas, PackLook look)
    {
        var r = look.Width / 2;
        canvas.FillCircle(0, 0, r, new SKColor(245, 130, 20));
        var random = new Random(5);
        for (var i = 0; i < 260; i++)
        {
            var (sin, cos) = MathF.SinCos(random.NextSingle() * MathF.Tau);
            var d = MathF.Sqrt(random.NextSingle()) * r * 0.95f;
            canvas.FillCircle(cos * d, sin * d, 1.3f, i % 2 == 0 ? new SKColor(200, 90, 0, 120) : new SKColor(255, 180, 80, 120));
        }

        ClipBall(canvas, r);
        canvas.FillCircle(0, -r * 0.15f, r * 0.1f, new SKColor(70, 110, 40));
        using var leaf = Ink.Path("M0,-.15 C.1,-.7 .6,-.75 .85,-.6 C.7,-.2 .3,0 0,-.15 Z", r, r);
        canvas.Fill(leaf, new SKColor(50, 130, 50));
        canvas.StrokeLine(0, -r * 0.15f, r * 0.75f, -r * 0.55f, new SKColor(120, 190, 90), 2);
    }

    public static void Melon(SKCanvas canvas, PackLook look)
    {
        var r = look.Width / 2;
        canvas.FillCircle(0, 0, r, new SKColor(24, 92, 40));
        canvas.FillCircle(0, 0, r * 0.93f, new SKColor(120, 190, 90));
        canvas.FillCircle(0, 0, r * 0.87f, new SKColor(240, 244, 214));
        canvas.FillCircle(0, 0, r * 0.8f, new SKColor(226, 40, 60));
        canvas.FillCircle(0, 0, r * 0.3f, new SKColor(240, 84, 92));
        for (var i = 0; i < 26; i++)
        {
            var (sin, cos) = MathF.SinCos(i * 2.399f);
            var d = r * (0.34f + (0.38f * (i / 26f)));
            canvas.Save();
            canvas.Translate(cos * d, sin * d);
            canvas.RotateRadians((i * 2.399f) + 1.57f);
            canvas.FillOval(new SKRect(-3.4f, -6.4f, 3.4f, 6.4f), new SKColor(30, 14, 14));
            canvas.FillOval(new SKRect(-1.6f, -4.4f, 0.4f, -1), new SKColor(150, 120, 120));
            canvas.Restore();
        }

        canvas.FillShader(new SKRect(-r, -r, r, r), SKShader.CreateRadialGradient(
            new SKPoint(-r * 0.3f, -r * 0.3f), r * 0.6f, [new(255, 255, 255, 70), new(255, 255, 255, 0)], SKShaderTileMode.Clamp));
    }

    public static void Bananas(SKCanvas canvas, PackLook look)
    {
        var (w, h) = (look.Width / 2, look.Height / 2);
        for (var i = 2; i >= 0; i--)
        {
            canvas.Save();
            canvas.Translate(-w * 0.72f, -h * 0.82f);
            canvas.RotateDegrees((i * 17) - 14);
            using var banana = Ink.Path("M0,0 C.12,.5 .5,1.05 1.15,1.25 C1.3,1.28 1.32,1.38 1.2,1.42 C.6,1.6 -.12,1.0 -.16,.02 Z", w * 1.15f, h * 1.05f);
            canvas.Fill(banana, new SKColor((byte)(250 - (i * 12)), (byte)(214 - (i * 14)), 40));
            canvas.Save();
            canvas.ClipPath(banana, antialias: true);
            using var belly = Ink.Path("M-.06,.05 C0,.7 .5,1.3 1.2,1.36", w * 1.15f, h * 1.05f);
            canvas.Stroke(belly, new SKColor(160, 110, 0, 110), 9);
            using var back = Ink.Path("M.02,.05 C.14,.55 .55,1.08 1.2,1.3", w * 1.15f, h * 1.05f);
            canvas.Stroke(back, new SKColor(255, 250, 190, 170), 7);
            canvas.FillCircle(1.24f * w * 1.15f, 1.36f * h * 1.05f, 9, new SKColor(70, 50, 20));
            canvas.Restore();
            canvas.Stroke(banana, new SKColor(110, 80, 0, 140), 1.5f);
            canvas.Restore();
        }

        canvas.FillCircle(-w * 0.75f, -h * 0.84f, w * 0.13f, new SKColor(96, 82, 30));
        canvas.FillCircle(-w * 0.78f, -h * 0.87f, w * 0.07f, new SKColor(60, 48, 20));
    }

    private static void ClipBall(SKCanvas canvas, float r)
    {
        canvas.Save();
        using var circle = Ink.Path("M0,-1 A1,1 0 0 1 0,1 A1,1 0 0 1 0,-1 Z", r, r);
        canvas.ClipPath(circle, antialias: true);
        Relief.Ball(canvas, 0, 0, r, 0.55f);
        canvas.Restore();
    }
}
