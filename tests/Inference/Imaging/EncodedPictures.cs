using ShiTu.Inference.Imaging;
using SkiaSharp;
using Xunit;

namespace ShiTu.Inference.Tests.Imaging;

/// <summary>Drawn pictures and their files.</summary>
internal static class EncodedPictures
{
    public static SKBitmap Gradient(int width, int height) =>
        Draw(width, height, (x, y) => new SKColor((byte)(x * 240 / width), (byte)(y * 240 / height), 128));

    public static SKBitmap Noise(int width, int height)
    {
        var random = new Random(width + height);
        return Draw(width, height, (_, _) => new SKColor((byte)random.Next(256), (byte)random.Next(256), (byte)random.Next(256)));
    }

    public static SKBitmap Draw(int width, int height, Func<int, int, SKColor> color)
    {
        var bitmap = new SKBitmap(new SKImageInfo(width, height, SKColorType.Rgba8888, SKAlphaType.Opaque));
        var pixels = new SKColor[width * height];
        for (var at = 0; at < pixels.Length; at++)
        {
            pixels[at] = color(at % width, at / width);
        }

        bitmap.Pixels = pixels;
        return bitmap;
    }

    public static void Fill(SKBitmap bitmap, int left, int top, SKColor color)
    {
        using var canvas = new SKCanvas(bitmap);
        using var paint = new SKPaint { Color = color };
        canvas.DrawRect(left, top, 16, 16, paint);
    }

    public static byte[] Encode(SKBitmap bitmap, SKEncodedImageFormat format)
    {
        using var data = bitmap.Encode(format, 95);
        return data.ToArray();
    }

    public static void AssertPixel(Picture picture, int x, int y, (int R, int G, int B) expected, int tolerance)
    {
        var at = ((y * picture.Width) + x) * 3;
        Assert.InRange(picture.Pixels[at] - expected.R, -tolerance, tolerance);
        Assert.InRange(picture.Pixels[at + 1] - expected.G, -tolerance, tolerance);
        Assert.InRange(picture.Pixels[at + 2] - expected.B, -tolerance, tolerance);
    }
}
