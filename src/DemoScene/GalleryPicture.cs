using System.Runtime.InteropServices;
using ShiTu.DemoScene.Belt;
using SkiaSharp;

namespace ShiTu.DemoScene;

/// <summary>One product alone on a counter: eight turns, then again in other light and on another ground.</summary>
internal static class GalleryPicture
{
    private const int Side = 448;
    private static readonly uint[] Grounds = [0xFFD9D6CF, 0xFF45484D, 0xFFB9B2A4, 0xFF2E3033];

    public static byte[] Draw(SceneProduct product, int view)
    {
        ArgumentNullException.ThrowIfNull(product);
        ArgumentOutOfRangeException.ThrowIfNegative(view);
        var random = new Random(StableHash(product.Id) ^ (view * 7907));
        using var bitmap = new SKBitmap(new SKImageInfo(Side, Side, SKColorType.Bgra8888, SKAlphaType.Premul));
        using var canvas = new SKCanvas(bitmap);
        canvas.Clear(new SKColor(Grounds[(view + (view / 8)) % Grounds.Length]));
        DrawCounter(canvas, random);

        // The turn first, then as large as the picture allows.
        var degrees = (view % 8 * 45) + (view / 8 * 22.5) + ((random.NextDouble() - 0.5) * 12);
        var sprite = new PackSprite(product, 1.4);
        var (sin, cos) = Math.SinCos(degrees * Math.PI / 180);
        var unit = new Pose(0, 0, (float)sin, (float)cos).Box(sprite.Hull);
        var fill = Side * (0.8 + (random.NextDouble() * 0.12)) / Math.Max(unit.Width, unit.Height);
        var pose = new Pose((float)((Side / 2.0) - (unit.MidX * fill)), (float)((Side / 2.0) - (unit.MidY * fill)), (float)(sin * fill), (float)(cos * fill));
        var (fallX, fallY) = view % 2 == 0 ? (12, 10) : (-9, 12);
        var pixels = MemoryMarshal.Cast<byte, uint>(bitmap.GetPixelSpan());
        sprite.DrawShadow(pixels, Side, pose with { X = pose.X + fallX, Y = pose.Y + fallY }, 110);
        sprite.Draw(pixels, Side, pose);
        DrawLight(canvas, view);
        using var data = bitmap.Encode(SKEncodedImageFormat.Png, 100);
        return data.ToArray();
    }

    private static void DrawCounter(SKCanvas canvas, Random random)
    {
        using var paint = new SKPaint { IsAntialias = true };
        for (var i = 0; i < 160; i++)
        {
            paint.Color = random.Next(2) == 0 ? new SKColor(255, 255, 255, 20) : new SKColor(0, 0, 0, 20);
            canvas.DrawCircle(random.NextSingle() * Side, random.NextSingle() * Side, 1 + (random.NextSingle() * 2), paint);
        }
    }

    private static void DrawLight(SKCanvas canvas, int view)
    {
        // Even views by lamp from one side, odd ones by a duller light from the other.
        var lamp = view % 2 == 0;
        using var shader = SKShader.CreateLinearGradient(
            new SKPoint(lamp ? 0 : Side, 0), new SKPoint(lamp ? Side : 0, Side), [new(255, 250, 235, (byte)(lamp ? 26 : 0)), new(0, 0, 0, (byte)(lamp ? 36 : 64))], SKShaderTileMode.Clamp);
        using var paint = new SKPaint { Shader = shader };
        canvas.DrawRect(0, 0, Side, Side, paint);
    }

    private static int StableHash(string text)
    {
        var hash = 17;
        foreach (var c in text)
        {
            hash = unchecked((hash * 31) + c);
        }

        return hash;
    }
}
