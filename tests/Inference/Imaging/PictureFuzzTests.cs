using ShiTu.Inference.Imaging;
using ShiTu.TestKit.Fuzzing;
using ShiTu.TestKit.Pictures;
using SkiaSharp;
using Xunit;

namespace ShiTu.Inference.Tests.Imaging;

public sealed class PictureFuzzTests
{
    private const long MostPixels = 1 << 16;

    [Fact]
    public void Changed_pictures_are_decoded_or_refused() => Pictures().Run(10_000, 1);

    [Fact]
    [Trait("Speed", "slow")]
    public void A_million_changed_pictures_are_decoded_or_refused() => Pictures().Run(1_000_000, 2);

    private static FuzzTarget Pictures()
    {
        using var noise = EncodedPictures.Noise(9, 7);
        using var gradient = EncodedPictures.Gradient(16, 8);
        var jpeg = EncodedPictures.Encode(noise, SKEncodedImageFormat.Jpeg);
        byte[] bmp = [.. "BM"u8, 70, 0, 0, 0, 0, 0, 0, 0, 54, 0, 0, 0, 40, 0, 0, 0, 2, 0, 0, 0, 2, 0, 0, 0, 1, 0, 24, 0, 0, 0, 0, 0, 16, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 2, 3, 4, 5, 6, 0, 0, 7, 8, 9, 10, 11, 12, 0, 0];
        return new FuzzTarget(
            bytes =>
            {
                var picture = PictureDecoder.Decode(bytes, MostPixels, bytes.Length % 2 == 0 ? 4 : 0);
                Assert.InRange((long)picture.Width * picture.Height, 1, MostPixels);
                Assert.Equal(picture.Width * picture.Height * 3, picture.Pixels.Length);
            },
            error => error is PictureFormatException,
            [
                jpeg, OddPictures.WithOrientation(jpeg, 6), EncodedPictures.Encode(noise, SKEncodedImageFormat.Png), EncodedPictures.Encode(gradient, SKEncodedImageFormat.Webp), bmp,
                OddPictures.RedCmykJpeg(), OddPictures.AnimatedGif(), OddPictures.Png(2, 2, 16, 2, new byte[2 * (1 + 12)]), OddPictures.Png(8, 2, 1, 3, new byte[4]),
            ],
            "IHDR", "IDAT", "IEND", "PLTE", "tRNS", "iCCP", "acTL", "Exif\0\0", "MM\0*", "II*\0", "RIFF", "WEBP", "VP8 ", "VP8L", "VP8X", "ANIM", "GIF87a", "NETSCAPE2.0", "BM");
    }
}
