using System.Runtime.InteropServices;
using ShiTu.DemoScene.Packs;
using SkiaSharp;

namespace ShiTu.DemoScene.Belt;

/// <summary>A product drawn once: its picture, its blurred shadow, and the outline and mask that truth is computed from.</summary>
internal sealed class PackSprite : IDisposable
{
    private const int ShadowReach = 14;
    private const int Opaque = 128;
    private readonly bool[] _mask;
    private readonly int _columns;
    private readonly int _rows;

    /// <param name="product">Which.</param>
    /// <param name="density">Pixels of the sprite a design pixel.</param>
    public PackSprite(SceneProduct product, double density)
    {
        Density = (float)density;
        var look = product.Look;
        HalfWidth = (look.Width / 2) + 3;
        HalfHeight = (look.Height / 2) + 3;
        _columns = (int)MathF.Ceiling(HalfWidth * 2 * Density);
        _rows = (int)MathF.Ceiling(HalfHeight * 2 * Density);
        using var bitmap = new SKBitmap(new SKImageInfo(_columns, _rows, SKColorType.Bgra8888, SKAlphaType.Premul));
        using (var canvas = new SKCanvas(bitmap))
        {
            canvas.Clear(SKColors.Transparent);
            canvas.Scale(Density);
            canvas.Translate(HalfWidth, HalfHeight);
            PackPainter.Draw(canvas, look);
        }

        Image = SKImage.FromBitmap(bitmap);
        Shadow = DrawShadow(bitmap);
        _mask = ReadMask(bitmap);
        Hull = FindHull();
        Samples = FindSamples();
    }

    /// <summary>Sprite pixels a design pixel.</summary>
    public float Density { get; }

    /// <summary>Half the sprite's width, design pixels.</summary>
    public float HalfWidth { get; }

    /// <summary>Half the sprite's height, design pixels.</summary>
    public float HalfHeight { get; }

    /// <summary>The picture, premultiplied.</summary>
    public SKImage Image { get; }

    /// <summary>Black, blurred, at a quarter of the size and with a margin.</summary>
    public SKImage Shadow { get; }

    /// <summary>Convex hull of the opaque pixels, design pixels from the middle.</summary>
    public SKPoint[] Hull { get; }

    /// <summary>Opaque points on an even grid, design pixels from the middle.</summary>
    public SKPoint[] Samples { get; }

    /// <summary>Whether the design point is opaque.</summary>
    public bool Covers(float x, float y)
    {
        var column = (int)MathF.Floor((x + HalfWidth) * Density);
        var row = (int)MathF.Floor((y + HalfHeight) * Density);
        return (uint)column < (uint)_columns && (uint)row < (uint)_rows && _mask[(row * _columns) + column];
    }

    /// <summary>Draws the sprite; the canvas stands in its middle, one unit a design pixel.</summary>
    public void Draw(SKCanvas canvas, SKPaint paint) => canvas.DrawImage(
        Image, new SKRect(-HalfWidth, -HalfHeight, -HalfWidth + (_columns / Density), -HalfHeight + (_rows / Density)), new SKSamplingOptions(SKFilterMode.Linear), paint);

    /// <summary>Draws the shadow in the same place.</summary>
    public void DrawShadow(SKCanvas canvas, SKPaint paint)
    {
        var reach = ShadowReach / Density * 4;
        canvas.DrawImage(
            Shadow,
            new SKRect(-HalfWidth - reach, -HalfHeight - reach, -HalfWidth - reach + (Shadow.Width * 4 / Density), -HalfHeight - reach + (Shadow.Height * 4 / Density)),
            new SKSamplingOptions(SKFilterMode.Linear),
            paint);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Image.Dispose();
        Shadow.Dispose();
    }

    private static SKImage DrawShadow(SKBitmap sprite)
    {
        var info = new SKImageInfo((sprite.Width / 4) + 1 + (ShadowReach * 2), (sprite.Height / 4) + 1 + (ShadowReach * 2), SKColorType.Bgra8888, SKAlphaType.Premul);
        using var surface = SKSurface.Create(info);
        using var black = SKColorFilter.CreateBlendMode(SKColors.Black, SKBlendMode.SrcIn);
        using var blur = SKImageFilter.CreateBlur(3.2f, 3.2f);
        using var paint = new SKPaint { ColorFilter = black, ImageFilter = blur };
        using var image = SKImage.FromBitmap(sprite);
        surface.Canvas.Clear(SKColors.Transparent);
        surface.Canvas.DrawImage(
            image, new SKRect(ShadowReach, ShadowReach, ShadowReach + (sprite.Width / 4f), ShadowReach + (sprite.Height / 4f)), new SKSamplingOptions(SKFilterMode.Linear), paint);
        return surface.Snapshot();
    }

    private static bool[] ReadMask(SKBitmap bitmap)
    {
        var pixels = MemoryMarshal.Cast<byte, uint>(bitmap.GetPixelSpan());
        var mask = new bool[bitmap.Width * bitmap.Height];
        for (var y = 0; y < bitmap.Height; y++)
        {
            for (var x = 0; x < bitmap.Width; x++)
            {
                mask[(y * bitmap.Width) + x] = pixels[(y * (bitmap.RowBytes / 4)) + x] >> 24 >= Opaque;
            }
        }

        return mask;
    }

    private SKPoint[] FindHull()
    {
        // Corners of the first and last opaque pixel of each row, then Andrew's monotone chain.
        var corners = new List<SKPoint>();
        for (var y = 0; y < _rows; y++)
        {
            var row = _mask.AsSpan(y * _columns, _columns);
            var first = row.IndexOf(true);
            if (first < 0)
            {
                continue;
            }

            var last = row.LastIndexOf(true) + 1;
            foreach (var edge in (ReadOnlySpan<int>)[y, y + 1])
            {
                corners.Add(new SKPoint((first / Density) - HalfWidth, (edge / Density) - HalfHeight));
                corners.Add(new SKPoint((last / Density) - HalfWidth, (edge / Density) - HalfHeight));
            }
        }

        if (corners.Count == 0)
        {
            return [];
        }

        corners.Sort((a, b) => a.X != b.X ? a.X.CompareTo(b.X) : a.Y.CompareTo(b.Y));
        var hull = new List<SKPoint>();
        for (var pass = 0; pass < 2; pass++)
        {
            var start = hull.Count;
            foreach (var p in corners)
            {
                while (hull.Count >= start + 2 && Cross(hull[^2], hull[^1], p) <= 0)
                {
                    hull.RemoveAt(hull.Count - 1);
                }

                hull.Add(p);
            }

            hull.RemoveAt(hull.Count - 1);
            corners.Reverse();
        }

        return [.. hull];
    }

    private static float Cross(SKPoint o, SKPoint a, SKPoint b) => ((a.X - o.X) * (b.Y - o.Y)) - ((a.Y - o.Y) * (b.X - o.X));

    private SKPoint[] FindSamples()
    {
        var step = Math.Max(2, MathF.Sqrt(HalfWidth * HalfHeight * 4 / 1200));
        var samples = new List<SKPoint>();
        for (var y = -HalfHeight + (step / 2); y < HalfHeight; y += step)
        {
            for (var x = -HalfWidth + (step / 2); x < HalfWidth; x += step)
            {
                if (Covers(x, y))
                {
                    samples.Add(new SKPoint(x, y));
                }
            }
        }

        return [.. samples];
    }
}
