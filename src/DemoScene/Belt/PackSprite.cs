using System.Runtime.InteropServices;
using ShiTu.DemoScene.Packs;
using SkiaSharp;

namespace ShiTu.DemoScene.Belt;

/// <summary>A product drawn once: its picture, its blurred shadow, and the outline and mask that truth is computed from.</summary>
internal sealed class PackSprite
{
    private const int ShadowReach = 14;
    private const int ShadowStep = 4;
    private const int Opaque = 128;
    private readonly bool[] _mask;
    private readonly int _columns;
    private readonly int _rows;
    private readonly uint[] _texels;
    private readonly byte[] _shadow;
    private readonly int _shadowColumns;

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

        _texels = ReadTexels(bitmap);
        (_shadow, _shadowColumns) = DrawShadow(bitmap);
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

    /// <summary>Lays the picture on an opaque BGRA frame.</summary>
    public void Draw(Span<uint> frame, int width, Pose pose) =>
        Stamp.Picture(_texels, _columns + 2, Map(pose, Density, (HalfWidth * Density) + 0.5f, (HalfHeight * Density) + 0.5f), frame, width, Area(pose, 0));

    /// <summary>Lays the shadow on an opaque BGRA frame.</summary>
    /// <param name="frame">The frame.</param>
    /// <param name="width">Pixels a row of it.</param>
    /// <param name="pose">Where the shadow falls.</param>
    /// <param name="opacity">0..256.</param>
    public void DrawShadow(Span<uint> frame, int width, Pose pose, int opacity)
    {
        var density = Density / ShadowStep;
        var map = Map(pose, density, (HalfWidth * density) + ShadowReach - 0.5f, (HalfHeight * density) + ShadowReach - 0.5f);
        Stamp.Shadow(_shadow, _shadowColumns, map, frame, width, Area(pose, ShadowReach / density), opacity);
    }

    private static uint[] ReadTexels(SKBitmap bitmap)
    {
        // A transparent edge of one pixel: sampling needs no case for the border.
        var columns = bitmap.Width + 2;
        var texels = new uint[columns * (bitmap.Height + 2)];
        var pixels = MemoryMarshal.Cast<byte, uint>(bitmap.GetPixelSpan());
        for (var y = 0; y < bitmap.Height; y++)
        {
            pixels.Slice(y * (bitmap.RowBytes / 4), bitmap.Width).CopyTo(texels.AsSpan(((y + 1) * columns) + 1));
        }

        return texels;
    }

    private static (byte[] Mask, int Columns) DrawShadow(SKBitmap sprite)
    {
        var (width, height) = ((float)sprite.Width / ShadowStep, (float)sprite.Height / ShadowStep);
        var info = new SKImageInfo((int)width + 1 + (ShadowReach * 2), (int)height + 1 + (ShadowReach * 2), SKColorType.Bgra8888, SKAlphaType.Premul);
        using var blurred = new SKBitmap(info);
        using var canvas = new SKCanvas(blurred);
        using var blur = SKImageFilter.CreateBlur(3.2f, 3.2f);
        using var paint = new SKPaint { ImageFilter = blur };
        using var image = SKImage.FromBitmap(sprite);
        canvas.Clear(SKColors.Transparent);
        canvas.DrawImage(image, SKRect.Create(ShadowReach, ShadowReach, width, height), new SKSamplingOptions(SKFilterMode.Linear), paint);
        var mask = new byte[info.Width * info.Height];
        var pixels = MemoryMarshal.Cast<byte, uint>(blurred.GetPixelSpan());
        for (var i = 0; i < mask.Length; i++)
        {
            mask[i] = (byte)(pixels[i] >> 24);
        }

        return (mask, info.Width);
    }

    /// <summary>From the frame to the sprite's texels, whose origin is the middle of the first one.</summary>
    private static SKMatrix Map(Pose pose, float density, float middleX, float middleY)
    {
        var square = ((pose.Sin * pose.Sin) + (pose.Cos * pose.Cos)) / density;
        var (sin, cos) = (pose.Sin / square, pose.Cos / square);
        return new SKMatrix(cos, sin, middleX - (cos * pose.X) - (sin * pose.Y), -sin, cos, middleY + (sin * pose.X) - (cos * pose.Y), 0, 0, 1);
    }

    private SKRectI Area(Pose pose, float margin)
    {
        var (w, h) = (HalfWidth + margin, HalfHeight + margin);
        return SKRectI.Ceiling(SKRect.Inflate(pose.Box([new(-w, -h), new(w, -h), new(w, h), new(-w, h)]), 1, 1), true);
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
