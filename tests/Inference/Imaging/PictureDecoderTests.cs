using ShiTu.Inference.Imaging;
using SkiaSharp;
using Xunit;
using static ShiTu.Inference.Tests.Imaging.EncodedPictures;
using static ShiTu.TestKit.Pictures.OddPictures;

namespace ShiTu.Inference.Tests.Imaging;

public sealed class PictureDecoderTests
{
    [Theory]
    [InlineData(SKEncodedImageFormat.Png, 0)]
    [InlineData(SKEncodedImageFormat.Jpeg, 8)]
    [InlineData(SKEncodedImageFormat.Webp, 12)]
    public void A_picture_comes_back_as_it_was_encoded(SKEncodedImageFormat format, int tolerance)
    {
        var picture = PictureDecoder.Decode(Encode(Gradient(40, 30), format));
        Assert.Equal((40, 30, PixelOrder.Rgb), (picture.Width, picture.Height, picture.Order));
        AssertPixel(picture, 0, 0, (0, 0, 128), tolerance);
        AssertPixel(picture, 39, 29, (234, 232, 128), tolerance);
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(20000, 20)]
    [InlineData(20, 20000)]
    public void Extreme_sizes_are_pictures_like_any_other(int width, int height)
    {
        foreach (var format in new[] { SKEncodedImageFormat.Png, SKEncodedImageFormat.Jpeg })
        {
            var picture = PictureDecoder.Decode(Encode(Gradient(width, height), format));
            Assert.Equal((width, height), (picture.Width, picture.Height));
        }
    }

    [Fact]
    public void Alpha_is_laid_over_white()
    {
        using var bitmap = new SKBitmap(new SKImageInfo(3, 1, SKColorType.Rgba8888, SKAlphaType.Unpremul));
        bitmap.SetPixel(0, 0, new SKColor(200, 0, 0, 0));
        bitmap.SetPixel(1, 0, new SKColor(200, 100, 0, 128));
        bitmap.SetPixel(2, 0, new SKColor(200, 100, 0, 255));
        var picture = PictureDecoder.Decode(Encode(bitmap, SKEncodedImageFormat.Png));
        AssertPixel(picture, 0, 0, (255, 255, 255), 0);
        AssertPixel(picture, 1, 0, (227, 177, 127), 1);
        AssertPixel(picture, 2, 0, (200, 100, 0), 0);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    [InlineData(7)]
    [InlineData(8)]
    public void The_orientation_in_exif_is_applied(int orientation)
    {
        // EXIF 4.6.5: where row 0 and column 0 of the stored data lie in the upright picture.
        const int Width = 48, Height = 32;
        var upright = new SKBitmap(Width, Height);
        upright.Erase(SKColors.Black);
        Fill(upright, 0, 0, SKColors.Red);
        Fill(upright, Width - 16, 0, SKColors.Lime);
        Fill(upright, 0, Height - 16, SKColors.Blue);
        Fill(upright, Width - 16, Height - 16, SKColors.White);

        using var stored = orientation >= 5 ? new SKBitmap(Height, Width) : new SKBitmap(Width, Height);
        for (var y = 0; y < stored.Height; y++)
        {
            for (var x = 0; x < stored.Width; x++)
            {
                var (ux, uy) = orientation switch
                {
                    1 => (x, y), // top, left
                    2 => (Width - 1 - x, y), // top, right
                    3 => (Width - 1 - x, Height - 1 - y), // bottom, right
                    4 => (x, Height - 1 - y), // bottom, left
                    5 => (y, x), // left, top
                    6 => (Width - 1 - y, x), // right, top
                    7 => (Width - 1 - y, Height - 1 - x), // right, bottom
                    _ => (y, Height - 1 - x), // left, bottom
                };
                stored.SetPixel(x, y, upright.GetPixel(ux, uy));
            }
        }

        var picture = PictureDecoder.Decode(WithOrientation(Encode(stored, SKEncodedImageFormat.Jpeg), orientation));
        Assert.Equal((Width, Height), (picture.Width, picture.Height));
        AssertPixel(picture, 4, 4, (255, 0, 0), 12);
        AssertPixel(picture, Width - 5, 4, (0, 255, 0), 12);
        AssertPixel(picture, 4, Height - 5, (0, 0, 255), 12);
        AssertPixel(picture, Width - 5, Height - 5, (255, 255, 255), 12);
        AssertPixel(picture, 24, 16, (0, 0, 0), 12);
    }

    [Theory]
    [InlineData(SKEncodedImageFormat.Png)]
    [InlineData(SKEncodedImageFormat.Jpeg)]
    [InlineData(SKEncodedImageFormat.Webp)]
    public void A_truncated_file_is_an_error_wherever_it_ends(SKEncodedImageFormat format)
    {
        var whole = Encode(Noise(160, 120), format);
        for (var percent = 0; percent < 100; percent += 7)
        {
            var error = Assert.Throws<PictureFormatException>(() => PictureDecoder.Decode(whole.AsSpan(0, whole.Length * percent / 100)));
            Assert.Matches("truncated|end inside its header|no bytes", error.Message);
        }
    }

    [Fact]
    public void Damaged_bytes_give_an_error_or_a_picture_and_never_a_crash()
    {
        var random = new Random(5);
        foreach (var format in new[] { SKEncodedImageFormat.Png, SKEncodedImageFormat.Jpeg, SKEncodedImageFormat.Webp })
        {
            var whole = Encode(Noise(64, 48), format);
            for (var trial = 0; trial < 150; trial++)
            {
                var damaged = (byte[])whole.Clone();
                for (var hit = 0; hit < 8; hit++)
                {
                    damaged[random.Next(damaged.Length)] = (byte)random.Next(256);
                }

                try
                {
                    var picture = PictureDecoder.Decode(damaged, 1_000_000);
                    Assert.Equal((long)picture.Width * picture.Height * 3, picture.Pixels.LongLength);
                }
                catch (PictureFormatException error)
                {
                    Assert.NotEmpty(error.Message);
                }
            }
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("This is not a picture, it is a sentence.")]
    [InlineData("%PDF-1.7")]
    public void What_is_no_picture_is_refused(string text) =>
        Assert.Throws<PictureFormatException>(() => PictureDecoder.Decode(System.Text.Encoding.ASCII.GetBytes(text)));

    [Fact]
    public void A_picture_over_the_limit_is_refused_from_its_header()
    {
        var png = Encode(Gradient(8, 8), SKEncodedImageFormat.Png);
        SetPngSize(png, 60000, 60000);
        var before = GC.GetAllocatedBytesForCurrentThread();
        var error = Assert.Throws<PictureFormatException>(() => PictureDecoder.Decode(png));
        Assert.Contains("60000x60000", error.Message, StringComparison.Ordinal);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1_000_000);
    }

    [Fact]
    public void Cmyk_16_bit_grey_and_animated_pictures_become_rgb()
    {
        AssertPixel(PictureDecoder.Decode(RedCmykJpeg()), 3, 3, (255, 0, 0), 1);
        AssertPixel(PictureDecoder.Decode(AnimatedGif()), 1, 0, (255, 0, 0), 0);
        AssertPixel(PictureDecoder.Decode(Png(2, 1, 16, 2, [0, 0x12, 0x34, 0xFF, 0xFF, 0x80, 0x00, 0, 0, 0, 1, 0xAB, 0xCD])), 0, 0, (0x12, 0xFF, 0x80), 1);
        AssertPixel(PictureDecoder.Decode(Png(2, 1, 16, 0, [0, 0x80, 0x00, 0xFF, 0xFF])), 1, 0, (255, 255, 255), 0);
        AssertPixel(PictureDecoder.Decode(Png(2, 1, 8, 0, [0, 77, 78])), 1, 0, (78, 78, 78), 0);
        AssertPixel(PictureDecoder.Decode(Png(8, 1, 1, 0, [0, 0b0100_0000])), 1, 0, (255, 255, 255), 0);
    }

    [Fact]
    public void A_file_is_named_by_the_error()
    {
        var path = Path.GetTempFileName();
        try
        {
            File.WriteAllText(path, "no picture");
            Assert.StartsWith(path, Assert.Throws<PictureFormatException>(() => PictureDecoder.DecodeFile(path)).Message, StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(path);
        }

        Assert.ThrowsAny<IOException>(() => PictureDecoder.DecodeFile(path));
    }

    [Fact]
    public void A_jpeg_is_decoded_smaller_where_a_small_side_is_enough()
    {
        var jpeg = Encode(Gradient(800, 600), SKEncodedImageFormat.Jpeg);
        var small = PictureDecoder.Decode(jpeg, minSide: 128);
        Assert.Equal((200, 150), (small.Width, small.Height));
        AssertPixel(small, 100, 75, (120, 120, 128), 4);
        Assert.Equal(600, PictureDecoder.Decode(jpeg, minSide: 301).Height);
        Assert.Equal(600, PictureDecoder.Decode(Encode(Gradient(800, 600), SKEncodedImageFormat.Png), minSide: 10).Height);
    }
}
