using ShiTu.Inference.Imaging;
using SkiaSharp;

namespace ShiTu.Trainer.Detection.Data;

/// <summary>An object without its background, ready to be pasted.</summary>
internal sealed class Cutout(SKImage image) : IDisposable
{
    // Above this scale four neighbours see enough of the source; a chain of reduced pictures would be built at every draw.
    private const float NeedsMipmaps = 0.6f;

    public int Width => image.Width;

    public int Height => image.Height;

    /// <summary>Reads a picture with transparency.</summary>
    /// <exception cref="PictureFormatException">It is none.</exception>
    public static Cutout Read(string path)
    {
        using var data = SKData.Create(path) ?? throw new PictureFormatException($"{path}: cannot be read.");
        using var codec = SKCodec.Create(data) ?? throw new PictureFormatException($"{path}: no picture.");
        using var bitmap = SKBitmap.Decode(codec, new SKImageInfo(codec.Info.Width, codec.Info.Height, SKColorType.Rgba8888, SKAlphaType.Premul))
            ?? throw new PictureFormatException($"{path}: damaged.");
        return new(SKImage.FromBitmap(bitmap));
    }

    /// <summary>Takes the part of an RGB picture as a rectangular object.</summary>
    public static Cutout Of(PictureView view)
    {
        using var bitmap = new SKBitmap(new SKImageInfo(view.Width, view.Height, SKColorType.Rgba8888, SKAlphaType.Opaque));
        var target = bitmap.GetPixelSpan();
        for (var y = 0; y < view.Height; y++)
        {
            for (var x = 0; x < view.Width; x++)
            {
                view.Pixels.Slice((y * view.Stride) + (x * 3), 3).CopyTo(target[(((y * view.Width) + x) * 4)..]);
                target[(((y * view.Width) + x) * 4) + 3] = 255;
            }
        }

        return new(SKImage.FromBitmap(bitmap));
    }

    /// <summary>Draws it scaled and turned; premultiplied RGBA, just large enough.</summary>
    public (byte[] Rgba, int Width, int Height) Render(float scaleX, float scaleY, float degrees)
    {
        var (sin, cos) = MathF.SinCos(degrees * MathF.PI / 180);
        var (w, h) = (image.Width * scaleX, image.Height * scaleY);
        var width = Math.Max(2, (int)MathF.Ceiling((MathF.Abs(w * cos) + MathF.Abs(h * sin))));
        var height = Math.Max(2, (int)MathF.Ceiling((MathF.Abs(w * sin) + MathF.Abs(h * cos))));
        using var surface = SKSurface.Create(new SKImageInfo(width, height, SKColorType.Rgba8888, SKAlphaType.Premul));
        var canvas = surface.Canvas;
        canvas.Clear(SKColors.Transparent);
        canvas.Translate(width / 2f, height / 2f);
        canvas.RotateDegrees(degrees);
        canvas.Scale(scaleX, scaleY);
        canvas.DrawImage(image, -image.Width / 2f, -image.Height / 2f, new SKSamplingOptions(SKFilterMode.Linear, MathF.Min(scaleX, scaleY) < NeedsMipmaps ? SKMipmapMode.Linear : SKMipmapMode.None));
        canvas.Flush();
        using var pixels = surface.PeekPixels();
        return (pixels.GetPixelSpan().ToArray(), width, height);
    }

    public void Dispose() => image.Dispose();
}
