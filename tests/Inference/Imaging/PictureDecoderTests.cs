using ShiTu.Inference.Imaging;
using ShiTu.TestKit;
using SkiaSharp;
using Xunit;

namespace ShiTu.Inference.Tests.Imaging;

public sealed class PictureDecoderTests
{
    [Fact]
    public void A_png_gives_back_its_pixels_in_rgb()
    {
        var picture = PictureDecoder.Decode(Png(2, 1, SKColors.Red, SKColors.Blue));
        Assert.Equal((2, 1, PixelOrder.Rgb), (picture.Width, picture.Height, picture.Order));
        Assert.Equal([255, 0, 0, 0, 0, 255], picture.Pixels);
    }

    [Fact]
    public void Transparency_is_laid_over_white()
    {
        Assert.Equal([255, 255, 255], PictureDecoder.Decode(Png(1, 1, SKColors.Transparent)).Pixels);
        var half = PictureDecoder.Decode(Png(1, 1, new SKColor(0, 0, 0, 128))).Pixels;
        Assert.All(half, level => Assert.InRange(level, (byte)126, (byte)128));
    }

    [Theory]
    [InlineData(1, 3, 2, "abcdef")]
    [InlineData(2, 3, 2, "cbafed")]
    [InlineData(3, 3, 2, "fedcba")]
    [InlineData(4, 3, 2, "defabc")]
    [InlineData(5, 2, 3, "adbecf")]
    [InlineData(6, 2, 3, "daebfc")]
    [InlineData(7, 2, 3, "fcebda")]
    [InlineData(8, 2, 3, "cfbead")]
    public void Exif_orientation_is_applied(int orientation, int width, int height, string expected)
    {
        // Blocks of 16 pixels, so that JPEG keeps their grey levels apart.
        const int block = 16;
        using var bitmap = new SKBitmap(3 * block, 2 * block);
        for (var y = 0; y < bitmap.Height; y++)
        {
            for (var x = 0; x < bitmap.Width; x++)
            {
                var level = (byte)(20 + (40 * ((x / block) + (3 * (y / block)))));
                bitmap.SetPixel(x, y, new SKColor(level, level, level));
            }
        }

        var picture = PictureDecoder.Decode(WithOrientation(bitmap.Encode(SKEncodedImageFormat.Jpeg, 98).ToArray(), orientation));
        Assert.Equal((width * block, height * block), (picture.Width, picture.Height));
        var found = string.Concat(Enumerable.Range(0, 6).Select(at =>
        {
            var (row, column) = Math.DivRem(at, width);
            var level = picture.Pixels[((((row * block) + (block / 2)) * picture.Width) + (column * block) + (block / 2)) * 3];
            return (char)('a' + (int)Math.Round((level - 20) / 40.0));
        }));
        Assert.Equal(expected, found);
    }

    [Fact]
    public void A_cut_off_picture_is_refused_and_says_so()
    {
        var whole = File.ReadAllBytes(Directory.EnumerateFiles(TestFiles.Shared("data/ecssd"), "*.jpg", SearchOption.AllDirectories).Order(StringComparer.Ordinal).First());
        var error = Assert.Throws<PictureFormatException>(() => PictureDecoder.Decode(whole.AsSpan(0, whole.Length / 2)));
        Assert.Contains("cut off", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_no_picture_is_refused()
    {
        Assert.Contains("empty", Assert.Throws<PictureFormatException>(() => PictureDecoder.Decode([])).Message, StringComparison.Ordinal);
        Assert.Contains("Not a picture", Assert.Throws<PictureFormatException>(() => PictureDecoder.Decode("plain text"u8)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_picture_over_the_limit_is_refused_before_it_is_decoded()
    {
        var error = Assert.Throws<PictureFormatException>(() => PictureDecoder.Decode(Png(20, 10, SKColors.Red), maxPixels: 199));
        Assert.Contains("20x10", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(20000, 20)]
    public void Extreme_sizes_are_decoded(int width, int height)
    {
        using var bitmap = new SKBitmap(width, height);
        bitmap.Erase(SKColors.Lime);
        var picture = PictureDecoder.Decode(bitmap.Encode(SKEncodedImageFormat.Png, 100).ToArray());
        Assert.Equal((width, height), (picture.Width, picture.Height));
        Assert.Equal([0, 255, 0], picture.Pixels[^3..]);
    }

    private static byte[] Png(int width, int height, params SKColor[] colours)
    {
        using var bitmap = new SKBitmap(new SKImageInfo(width, height, SKColorType.Rgba8888, SKAlphaType.Unpremul));
        for (var at = 0; at < width * height; at++)
        {
            bitmap.SetPixel(at % width, at / width, colours[Math.Min(at, colours.Length - 1)]);
        }

        return bitmap.Encode(SKEncodedImageFormat.Png, 100).ToArray();
    }

    // An APP1 segment with one EXIF entry, tag 0x0112, put behind the start marker.
    private static byte[] WithOrientation(byte[] jpeg, int orientation) =>
    [
        .. jpeg[..2],
        0xff, 0xe1, 0, 34, .. "Exif\0\0"u8, .. "MM"u8, 0, 42, 0, 0, 0, 8, 0, 1, 0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, (byte)orientation, 0, 0, 0, 0, 0, 0,
        .. jpeg[2..],
    ];
}
