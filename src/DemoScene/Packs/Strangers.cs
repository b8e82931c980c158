using SkiaSharp;

namespace ShiTu.DemoScene.Packs;

/// <summary>Things that the demo shop does not sell.</summary>
internal static class Strangers
{
    /// <summary>A knitted glove with rubber dots.</summary>
    public static void Glove(SKCanvas canvas, PackLook look)
    {
        var (w, h) = (look.Width / 2, look.Height / 2);
        using var hand = Ink.Path(
            "M-.52,1 V.28 C-.7,.15 -1,-.12 -1,-.3 C-1,-.44 -.82,-.46 -.72,-.36 L-.5,-.1 V-.72 C-.5,-.86 -.24,-.86 -.24,-.72 V-.24 H-.2 V-.88 C-.2,-1.03 .08,-1.03 .08,-.88 V-.24 H.12 V-.84 C.12,-.98 .4,-.98 .4,-.84 V-.2 H.44 V-.62 C.44,-.75 .7,-.75 .7,-.62 V.2 C.7,.42 .6,.5 .56,.6 V1 Z", w, h);
        canvas.Save();
        canvas.ClipPath(hand, antialias: true);
        canvas.Fill(new SKRect(-w, -h, w, h), new SKColor(214, 214, 208));
        for (var y = -h; y < h; y += 4)
        {
            canvas.StrokeLine(-w, y, w, y + 2, new SKColor(150, 150, 146), 1);
        }

        for (var (i, y) = (0, -h); y < h * 0.55f; y += 9, i++)
        {
            for (var x = -w + (i % 2 * 5); x < w; x += 10)
            {
                canvas.FillCircle(x, y, 2.7f, new SKColor(30, 34, 40));
            }
        }

        canvas.Fill(new SKRect(-w, h * 0.62f, w, h), new SKColor(180, 220, 20));
        canvas.Fill(new SKRect(-w, h * 0.72f, w, h * 0.78f), new SKColor(30, 34, 40));
        canvas.Fill(new SKRect(-w, h * 0.86f, w, h * 0.92f), new SKColor(30, 34, 40));
        canvas.Stroke(hand, new SKColor(0, 0, 0, 110), 9);
        canvas.Restore();
        canvas.Stroke(hand, new SKColor(30, 30, 30, 150), 1.5f);
    }

    /// <summary>A game controller.</summary>
    public static void Controller(SKCanvas canvas, PackLook look)
    {
        var (w, h) = (look.Width / 2, look.Height / 2);
        using var shell = Ink.Path("M-.55,-.9 H.55 C.85,-.9 .92,-.4 1,.5 C1.03,1 .72,1.08 .56,.7 C.46,.42 .4,.35 .25,.35 H-.25 C-.4,.35 -.46,.42 -.56,.7 C-.72,1.08 -1.03,1 -1,.5 C-.92,-.4 -.85,-.9 -.55,-.9 Z", w, h);
        canvas.Fill(shell, new SKColor(52, 54, 66));
        canvas.Save();
        canvas.ClipPath(shell, antialias: true);
        canvas.FillShader(new SKRect(-w, -h, w, h), SKShader.CreateLinearGradient(
            new SKPoint(0, -h), new SKPoint(0, h), [new(255, 255, 255, 90), new(255, 255, 255, 0), new(0, 0, 0, 130)], [0, 0.4f, 1], SKShaderTileMode.Clamp));
        canvas.Stroke(shell, new SKColor(0, 0, 0, 120), 8);
        canvas.Restore();
        foreach (var x in new[] { -0.3f, 0.3f })
        {
            canvas.FillCircle(x * w, h * 0.05f, h * 0.24f, new SKColor(16, 16, 20));
            canvas.FillCircle(x * w, h * 0.05f, h * 0.17f, new SKColor(84, 88, 100));
            canvas.FillCircle((x * w) - 3, (h * 0.05f) - 4, h * 0.08f, new SKColor(140, 144, 156));
        }

        canvas.Fill(new SKRect((-0.62f * w) - 6, (-0.38f * h) - 20, (-0.62f * w) + 6, (-0.38f * h) + 20), new SKColor(210, 212, 218), 3);
        canvas.Fill(new SKRect((-0.62f * w) - 20, (-0.38f * h) - 6, (-0.62f * w) + 20, (-0.38f * h) + 6), new SKColor(210, 212, 218), 3);
        canvas.FillCircle(0.62f * w, -0.58f * h, h * 0.1f, new SKColor(40, 200, 90));
        canvas.FillCircle(0.62f * w, -0.18f * h, h * 0.1f, new SKColor(60, 130, 255));
        canvas.FillCircle((0.62f * w) - (h * 0.22f), -0.38f * h, h * 0.1f, new SKColor(255, 210, 60));
        canvas.FillCircle((0.62f * w) + (h * 0.22f), -0.38f * h, h * 0.1f, new SKColor(250, 70, 80));
        canvas.Fill(new SKRect(-w * 0.14f, -h * 0.62f, w * 0.14f, -h * 0.42f), new SKColor(120, 230, 240), 4);
    }
}
