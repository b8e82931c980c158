using System.Runtime.InteropServices;
using SkiaSharp;

namespace ShiTu.Inference.Imaging;

/// <summary>Decodes JPEG, PNG, WebP, BMP and GIF (first frame) to RGB: EXIF orientation applied, alpha over white, grey, CMYK and 16-bit brought to 8-bit RGB.</summary>
public static class PictureDecoder
{
    private const int BytesOfRgba = 4;

    /// <summary>Decodes a picture.</summary>
    /// <param name="encoded">The whole file.</param>
    /// <param name="maxPixels">Most pixels (width times height) that are decoded; the header is looked at before anything is allocated.</param>
    /// <exception cref="PictureFormatException">No picture, a truncated one, or one of more than <paramref name="maxPixels"/>.</exception>
    public static Picture Decode(ReadOnlySpan<byte> encoded, long maxPixels = 100_000_000)
    {
        if (encoded.IsEmpty)
        {
            throw new PictureFormatException("An empty file; expected a JPEG, PNG, WebP, BMP or GIF picture.");
        }

        using var data = SKData.CreateCopy(encoded);
        // The codec owns the stream from here on.
        using var codec = SKCodec.Create(new SKMemoryStream(data), out var opened);
        if (codec is null)
        {
            throw new PictureFormatException(opened == SKCodecResult.IncompleteInput
                ? "Not a picture, or one that is cut off inside its header; expected a JPEG, PNG, WebP, BMP or GIF."
                : "Not a picture that can be decoded; expected a JPEG, PNG, WebP, BMP or GIF.");
        }

        var (width, height) = (codec.Info.Width, codec.Info.Height);
        if (width < 1 || height < 1 || (long)width * height > maxPixels)
        {
            throw new PictureFormatException($"A picture of {width}x{height} pixels; at most {maxPixels} pixels are decoded.");
        }

        return Orient(Pixels(codec, width, height), width, height, codec.EncodedOrigin);
    }

    /// <summary>Reads and decodes a file; the message of an error names the file.</summary>
    /// <exception cref="PictureFormatException">See <see cref="Decode"/>.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static Picture DecodeFile(string path, long maxPixels = 100_000_000)
    {
        try
        {
            return Decode(File.ReadAllBytes(path), maxPixels);
        }
        catch (PictureFormatException error)
        {
            throw new PictureFormatException($"{path}: {error.Message}", error);
        }
    }

    private static unsafe byte[] Pixels(SKCodec codec, int width, int height)
    {
        var rgba = GC.AllocateUninitializedArray<byte>(checked(width * height * BytesOfRgba));
        // Gifs and animated WebP leave pixels outside their frame untouched.
        Array.Clear(rgba);
        fixed (byte* start = rgba)
        {
            var info = new SKImageInfo(width, height, SKColorType.Rgba8888, SKAlphaType.Premul);
            var result = codec.GetPixels(info, (nint)start, info.RowBytes, SKCodecOptions.Default);
            if (result != SKCodecResult.Success)
            {
                throw new PictureFormatException(result == SKCodecResult.IncompleteInput
                    ? $"The picture of {width}x{height} is cut off: its data ends before its last row."
                    : $"The picture of {width}x{height} is damaged ({result}).");
            }
        }

        return rgba;
    }

    private static Picture Orient(byte[] rgba, int width, int height, SKEncodedOrigin origin)
    {
        var turned = origin >= SKEncodedOrigin.LeftTop;
        var (outWidth, outHeight) = turned ? (height, width) : (width, height);
        var rgb = GC.AllocateUninitializedArray<byte>(checked(width * height * 3));
        // Where the picture's first pixel goes, and how far the next one across and the next one down go, in pixels.
        var (first, across, down) = origin switch
        {
            SKEncodedOrigin.TopRight => (outWidth - 1, -1, outWidth),
            SKEncodedOrigin.BottomRight => ((outWidth * outHeight) - 1, -1, -outWidth),
            SKEncodedOrigin.BottomLeft => ((outHeight - 1) * outWidth, 1, -outWidth),
            SKEncodedOrigin.LeftTop => (0, outWidth, 1),
            SKEncodedOrigin.RightTop => (outWidth - 1, outWidth, -1),
            SKEncodedOrigin.RightBottom => ((outWidth * outHeight) - 1, -outWidth, -1),
            SKEncodedOrigin.LeftBottom => ((outHeight - 1) * outWidth, -outWidth, 1),
            _ => (0, 1, outWidth),
        };
        var pixels = MemoryMarshal.Cast<byte, uint>(rgba);
        for (var y = 0; y < height; y++)
        {
            var target = (first + (y * down)) * 3;
            foreach (var pixel in pixels.Slice(y * width, width))
            {
                // Premultiplied colour over white.
                var white = 255 - (pixel >> 24);
                rgb[target] = (byte)((pixel & 0xff) + white);
                rgb[target + 1] = (byte)(((pixel >> 8) & 0xff) + white);
                rgb[target + 2] = (byte)(((pixel >> 16) & 0xff) + white);
                target += across * 3;
            }
        }

        return new Picture(rgb, outWidth, outHeight, PixelOrder.Rgb);
    }
}
