using SkiaSharp;

namespace ShiTu.DemoScene.Belt;

/// <summary>The empty belt: a tile of rubber that repeats, and what stands still around it, drawn once.</summary>
internal sealed class BeltSurface : IDisposable
{
    private readonly SKImage _rubber;
    private readonly SKImage _frame;
    private readonly SKImage _light;

    public BeltSurface(BeltLook look, int width, int height, int seed)
    {
        var zoom = height / 720f;
        Period = (int)(900 * zoom);
        _rubber = DrawRubber(look, Period, height, zoom, new Random(seed + 77));
        _frame = DrawRails(look, width, height, zoom);
        _light = DrawLight(width, height);
    }

    /// <summary>Length after which the rubber repeats, frame pixels.</summary>
    public int Period { get; }

    /// <summary>Draws belt and rails.</summary>
    public void Draw(SKCanvas canvas, double travel, int width, SKPaint copy)
    {
        // Whole pixels: the rubber is copied, not resampled.
        var x = (int)(Math.Round(travel) % Period) - Period;
        for (; x < width; x += Period)
        {
            canvas.DrawImage(_rubber, x, 0, new SKSamplingOptions(SKFilterMode.Nearest), copy);
        }
    }

    /// <summary>Draws the rails over the products' shadows.</summary>
    public void DrawRails(SKCanvas canvas) => canvas.DrawImage(_frame, 0, 0, new SKSamplingOptions(SKFilterMode.Nearest), null);

    /// <summary>Darkens the corners and, by <paramref name="paint"/>'s alpha, everything.</summary>
    public void DrawLight(SKCanvas canvas, SKPaint paint) => canvas.DrawImage(_light, 0, 0, new SKSamplingOptions(SKFilterMode.Nearest), paint);

    /// <inheritdoc/>
    public void Dispose()
    {
        _rubber.Dispose();
        _frame.Dispose();
        _light.Dispose();
    }

    private static SKImage DrawRubber(BeltLook look, int width, int height, float zoom, Random random)
    {
        using var surface = SKSurface.Create(new SKImageInfo(width, height, SKColorType.Bgra8888, SKAlphaType.Opaque));
        var canvas = surface.Canvas;
        canvas.Clear(new SKColor((uint)look.Colour | 0xFF000000));
        using var paint = new SKPaint { IsAntialias = true };
        var ribs = look.Ribs switch { 1 => 9, 2 => 45, 3 => 15, _ => 0 } * zoom;
        if (ribs > 0)
        {
            var count = (int)MathF.Round(width / ribs);
            for (var i = 0; i < count; i++)
            {
                var x = i * (float)width / count;
                paint.Color = new SKColor(0, 0, 0, 34);
                canvas.DrawRect(x, 0, ribs * 0.3f, height, paint);
                paint.Color = new SKColor(255, 255, 255, 12);
                canvas.DrawRect(x + (ribs * 0.3f), 0, ribs * 0.2f, height, paint);
            }

            for (var y = 0f; look.Ribs == 3 && y < height; y += ribs)
            {
                paint.Color = new SKColor(0, 0, 0, 34);
                canvas.DrawRect(0, y, width, ribs * 0.3f, paint);
            }
        }

        // Dirt and scratches; drawn twice where they cross the tile's end, so that it shows no seam.
        var marks = (int)(700 * look.Grain);
        for (var i = 0; i < marks; i++)
        {
            var (x, y, r) = (random.NextSingle() * width, random.NextSingle() * height, (0.6f + (random.NextSingle() * 2.2f)) * zoom);
            paint.Color = random.Next(2) == 0 ? new SKColor(255, 255, 255, (byte)random.Next(8, 34)) : new SKColor(0, 0, 0, (byte)random.Next(10, 60));
            canvas.DrawCircle(x, y, r, paint);
            canvas.DrawCircle(x - width, y, r, paint);
        }

        for (var i = 0; i < 9 * look.Grain; i++)
        {
            var (x, y, w, h) = (random.NextSingle() * width, random.NextSingle() * height, (40 + (random.NextSingle() * 160)) * zoom, (20 + (random.NextSingle() * 70)) * zoom);
            using var stain = SKMaskFilter.CreateBlur(SKBlurStyle.Normal, 12 * zoom);
            paint.MaskFilter = stain;
            paint.Color = random.Next(2) == 0 ? new SKColor(255, 255, 255, 12) : new SKColor(0, 0, 0, 26);
            canvas.DrawOval(x, y, w / 2, h / 2, paint);
            canvas.DrawOval(x - width, y, w / 2, h / 2, paint);
            canvas.DrawOval(x + width, y, w / 2, h / 2, paint);
            paint.MaskFilter = null;
        }

        // The belt's own seam.
        paint.Color = new SKColor(0, 0, 0, 80);
        canvas.DrawRect(width * 0.5f, 0, 3 * zoom, height, paint);
        paint.Color = new SKColor(255, 255, 255, 26);
        canvas.DrawRect((width * 0.5f) + (3 * zoom), 0, 2 * zoom, height, paint);
        return surface.Snapshot();
    }

    private static SKImage DrawRails(BeltLook look, int width, int height, float zoom)
    {
        using var surface = SKSurface.Create(new SKImageInfo(width, height, SKColorType.Bgra8888, SKAlphaType.Premul));
        var canvas = surface.Canvas;
        canvas.Clear(SKColors.Transparent);
        var metal = new SKColor((uint)look.Rails | 0xFF000000);
        var rail = 26 * zoom;
        foreach (var top in new[] { 0f, height - rail })
        {
            var r = new SKRect(0, top, width, top + rail);
            using var fill = new SKPaint { Color = metal };
            canvas.DrawRect(r, fill);
            using var shader = SKShader.CreateLinearGradient(
                new SKPoint(0, r.Top), new SKPoint(0, r.Bottom), [new(0, 0, 0, 120), new(255, 255, 255, 110), new(0, 0, 0, 20), new(0, 0, 0, 140)], [0, 0.35f, 0.6f, 1], SKShaderTileMode.Clamp);
            using var shade = new SKPaint { Shader = shader };
            canvas.DrawRect(r, shade);
        }

        foreach (var (from, to) in new[] { (rail, rail + (16 * zoom)), (height - rail, height - rail - (16 * zoom)) })
        {
            using var shader = SKShader.CreateLinearGradient(new SKPoint(0, from), new SKPoint(0, to), [new(0, 0, 0, 120), new(0, 0, 0, 0)], SKShaderTileMode.Clamp);
            using var shade = new SKPaint { Shader = shader };
            canvas.DrawRect(new SKRect(0, Math.Min(from, to), width, Math.Max(from, to)), shade);
        }

        return surface.Snapshot();
    }

    private static SKImage DrawLight(int width, int height)
    {
        using var surface = SKSurface.Create(new SKImageInfo(width, height, SKColorType.Bgra8888, SKAlphaType.Premul));
        surface.Canvas.Clear(SKColors.Transparent);
        using var shader = SKShader.CreateRadialGradient(
            new SKPoint(width * 0.46f, height * 0.42f), width * 0.72f, [new(0, 0, 0, 150), new(0, 0, 0, 190), new(0, 0, 0, 255)], [0, 0.5f, 1], SKShaderTileMode.Clamp);
        using var paint = new SKPaint { Shader = shader, IsDither = true };
        surface.Canvas.DrawRect(0, 0, width, height, paint);
        return surface.Snapshot();
    }
}
