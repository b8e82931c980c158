using System.Runtime.InteropServices;
using SkiaSharp;

namespace ShiTu.Inference.Imaging;

/// <summary>Decodes JPEG, PNG, WebP, BMP and GIF (first frame) to RGB, EXIF orientation applied, alpha over white, grey, CMYK and 16-bit turned into 8-bit RGB. Colour profiles are not applied, as in OpenCV.</summary>
public static class PictureDecoder
{
    private const int BytesPerDecodedPixel = 4;

    /// <summary>Decodes a picture.</summary>
    /// <param name="encoded">The whole file.</param>
    /// <param name="maxPixels">Most pixels (width times height of the file) that are decoded; the header is looked at before anything is allocated.</param>
    /// <param name="minSide">Where over 0, a JPEG may come out at 1/2, 1/4 or 1/8 of its size as long as its shorter side keeps this many pixels: much faster for small training sizes.</param>
    /// <exception cref="PictureFormatException">No picture, a truncated one, or one of more than <paramref name="maxPixels"/>.</exception>
    public static unsafe Picture Decode(ReadOnlySpan<byte> encoded, long maxPixels = 100_000_000, int minSide = 0)
    {
        if (encoded.IsEmpty)
        {
            throw new PictureFormatException("There are no bytes: an empty file is no picture.");
        }

        fixed (byte* bytes = encoded)
        {
            using var data = SKData.Create((nint)bytes, encoded.Length);
            using var codec = SKCodec.Create(data);
            if (codec is null || !IsRead(codec.EncodedFormat))
            {
                throw new PictureFormatException($"The {encoded.Length} bytes are no JPEG, PNG, WebP, BMP or GIF, or end inside its header.");
            }

            CheckSize(codec.Info.Width, codec.Info.Height, maxPixels);
            return DecodePixels(codec, encoded.Length, minSide);
        }
    }

    /// <summary>Reads and decodes a file; the message of an error names the file.</summary>
    /// <exception cref="PictureFormatException">See <see cref="Decode"/>.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static Picture DecodeFile(string path, long maxPixels = 100_000_000, int minSide = 0)
    {
        var encoded = File.ReadAllBytes(path);
        try
        {
            return Decode(encoded, maxPixels, minSide);
        }
        catch (PictureFormatException error)
        {
            throw new PictureFormatException($"{path}: {error.Message}", error);
        }
    }

    private static bool IsRead(SKEncodedImageFormat format) =>
        format is SKEncodedImageFormat.Jpeg or SKEncodedImageFormat.Png or SKEncodedImageFormat.Webp or SKEncodedImageFormat.Bmp or SKEncodedImageFormat.Gif;

    private static void CheckSize(int width, int height, long maxPixels)
    {
        var pixels = (long)width * height;
        var most = Math.Min(maxPixels, Array.MaxLength / 3);
        if (pixels < 1 || pixels > most)
        {
            throw new PictureFormatException($"The picture is {width}x{height}, {pixels} pixels; between 1 and {most} are accepted.");
        }
    }

    private static unsafe Picture DecodePixels(SKCodec codec, int length, int minSide)
    {
        var (width, height) = DecodedSize(codec, minSide);
        var info = new SKImageInfo(width, height, SKColorType.Rgba8888, SKAlphaType.Unpremul);
        var decoded = (byte*)NativeMemory.Alloc((nuint)width * (nuint)height, BytesPerDecodedPixel);
        try
        {
            var result = codec.GetPixels(info, (nint)decoded, info.RowBytes, SKCodecOptions.Default);
            if (result != SKCodecResult.Success)
            {
                throw new PictureFormatException(Describe(result, codec, length));
            }

            return ToPicture(decoded, width, height, codec.EncodedOrigin, codec.Info.AlphaType != SKAlphaType.Opaque);
        }
        finally
        {
            NativeMemory.Free(decoded);
        }
    }

    private static (int Width, int Height) DecodedSize(SKCodec codec, int minSide)
    {
        if (minSide > 0 && codec.EncodedFormat == SKEncodedImageFormat.Jpeg)
        {
            for (var scale = 0.125f; scale < 1; scale *= 2)
            {
                var size = codec.GetScaledDimensions(scale);
                if (Math.Min(size.Width, size.Height) >= minSide)
                {
                    return (size.Width, size.Height);
                }
            }
        }

        return (codec.Info.Width, codec.Info.Height);
    }

    private static string Describe(SKCodecResult result, SKCodec codec, int length)
    {
        var picture = $"The {codec.EncodedFormat} of {codec.Info.Width}x{codec.Info.Height} ({length} bytes)";
        return result switch
        {
            SKCodecResult.IncompleteInput => $"{picture} is truncated: its data end before its last row.",
            SKCodecResult.ErrorInInput or SKCodecResult.InvalidInput => $"{picture} is damaged or truncated: its data cannot be decoded.",
            _ => $"{picture} cannot be decoded: {result}.",
        };
    }

    /// <summary>Turns the decoded pixels as EXIF says (TIFF 6.0, Orientation): each origin is a first pixel and a step along either axis.</summary>
    private static unsafe Picture ToPicture(byte* decoded, int width, int height, SKEncodedOrigin origin, bool hasAlpha)
    {
        nint pixel = BytesPerDecodedPixel, row = pixel * width, right = row - pixel, bottom = row * (height - 1);
        (nint First, nint StepX, nint StepY) walk = origin switch
        {
            SKEncodedOrigin.TopRight => (right, -pixel, row),
            SKEncodedOrigin.BottomRight => (right + bottom, -pixel, -row),
            SKEncodedOrigin.BottomLeft => (bottom, pixel, -row),
            SKEncodedOrigin.LeftTop => (0, row, pixel),
            SKEncodedOrigin.RightTop => (bottom, -row, pixel),
            SKEncodedOrigin.RightBottom => (right + bottom, -row, -pixel),
            SKEncodedOrigin.LeftBottom => (right, row, -pixel),
            _ => (0, pixel, row),
        };
        if (origin >= SKEncodedOrigin.LeftTop)
        {
            (width, height) = (height, width);
        }

        var pixels = GC.AllocateUninitializedArray<byte>(width * height * 3);
        fixed (byte* target = pixels)
        {
            var to = target;
            for (var y = 0; y < height; y++)
            {
                var from = decoded + walk.First + (y * walk.StepY);
                for (var x = 0; x < width; x++, from += walk.StepX, to += 3)
                {
                    to[0] = from[0];
                    to[1] = from[1];
                    to[2] = from[2];
                    if (hasAlpha && from[3] != 255)
                    {
                        OverWhite(to, from[3]);
                    }
                }
            }
        }

        return new Picture(pixels, width, height, PixelOrder.Rgb);
    }

    private static unsafe void OverWhite(byte* rgb, int alpha)
    {
        for (var channel = 0; channel < 3; channel++)
        {
            rgb[channel] = (byte)(((rgb[channel] * alpha) + (255 * (255 - alpha)) + 127) / 255);
        }
    }
}
