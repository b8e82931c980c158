using System.Runtime.InteropServices;
using OpenCvSharp;
using ShiTu.Inference.Imaging;
using ShiTu.TestKit;
using Xunit;

namespace ShiTu.Inference.Tests.Imaging;

public sealed class PictureResizerTests
{
    private static readonly byte[] Golden = [0, 64, 128, 255, 10, 20, 30, 40, 200, 100, 50, 25];

    [Theory]
    [InlineData(Interpolation.Linear, new byte[] { 0, 45, 96, 166, 255, 6, 27, 52, 83, 121, 81, 59, 44, 36, 34, 200, 130, 75, 42, 25 })]
    [InlineData(Interpolation.Cubic, new byte[] { 0, 41, 95, 180, 255, 0, 11, 44, 83, 123, 82, 56, 33, 20, 10, 220, 142, 71, 38, 22 })]
    public void The_golden_picture_of_4x3_becomes_5x4(Interpolation interpolation, byte[] expected)
    {
        var source = Golden.SelectMany(level => new[] { level, level, level }).ToArray();
        var resized = new byte[5 * 4 * 3];
        new PictureResizer().Resize(new PictureView(source, 4, 3, 12, PixelOrder.Rgb), resized, 5, 4, interpolation);
        for (var channel = 0; channel < 3; channel++)
        {
            Assert.Equal(expected, resized.Where((_, at) => at % 3 == channel));
        }
    }

    [Theory]
    [InlineData(Interpolation.Nearest, InterpolationFlags.Nearest, 0)]
    [InlineData(Interpolation.Linear, InterpolationFlags.Linear, 0)]
    [InlineData(Interpolation.Cubic, InterpolationFlags.Cubic, 1)]
    [InlineData(Interpolation.Area, InterpolationFlags.Area, 0)]
    public void Two_hundred_sizes_equal_OpenCv(Interpolation interpolation, InterpolationFlags flag, int tolerance)
    {
        SkipWithoutOpenCv();
        var random = new Random(7);
        var resizer = new PictureResizer();
        long values = 0, total = 0;
        for (var round = 0; round < 200; round++)
        {
            var (fromWidth, fromHeight, width, height) = round switch
            {
                0 => (1, 1, 7, 5),
                1 => (1, 40, 20, 1),
                2 => (300, 1, 1, 9),
                3 => (64, 48, 32, 24),
                4 => (90, 60, 30, 20),
                5 => (1280, 720, 416, 416),
                _ => (random.Next(1, 400), random.Next(1, 400), random.Next(1, 300), random.Next(1, 300)),
            };
            var source = new byte[fromWidth * fromHeight * 3];
            random.NextBytes(source);
            var ours = new byte[width * height * 3];
            resizer.Resize(new PictureView(source, fromWidth, fromHeight, fromWidth * 3, PixelOrder.Rgb), ours, width, height, interpolation);
            var theirs = OpenCv(source, fromWidth, fromHeight, width, height, flag);
            for (var at = 0; at < ours.Length; at++)
            {
                var difference = Math.Abs(ours[at] - theirs[at]);
                Assert.True(difference <= tolerance, $"{interpolation} {fromWidth}x{fromHeight} -> {width}x{height}: value {at} is {ours[at]}, OpenCV has {theirs[at]}");
                total += difference;
            }

            values += ours.Length;
        }

        Assert.True(total < 0.06 * values, $"mean difference {(double)total / values}");
    }

    [Fact]
    public void A_part_of_a_picture_is_resized_as_if_it_were_alone()
    {
        var source = new byte[100 * 80 * 3];
        new Random(3).NextBytes(source);
        var part = new PictureView(source, 100, 80, 300, PixelOrder.Rgb).Cut(new PixelRect(60, 50, 40, 30));
        var alone = new byte[40 * 30 * 3];
        for (var y = 0; y < 30; y++)
        {
            part.Pixels.Slice(y * part.Stride, 120).CopyTo(alone.AsSpan(y * 120));
        }

        foreach (var interpolation in Enum.GetValues<Interpolation>())
        {
            var (cut, copied) = (new byte[33 * 21 * 3], new byte[33 * 21 * 3]);
            new PictureResizer().Resize(part, cut, 33, 21, interpolation);
            new PictureResizer().Resize(new PictureView(alone, 40, 30, 120, PixelOrder.Rgb), copied, 33, 21, interpolation);
            Assert.Equal(copied, cut);
        }
    }

    [Fact]
    public void Sizes_that_repeat_allocate_nothing()
    {
        var source = new byte[320 * 200 * 3];
        var target = new byte[224 * 224 * 3];
        var resizer = new PictureResizer();
        SteadyState.AllocatesNothing(() =>
        {
            for (var i = 0; i < 10; i++)
            {
                resizer.Resize(new PictureView(source, 320, 200, 960, PixelOrder.Bgr), target, 224, 224, Interpolation.Cubic);
            }
        });
    }

    private static byte[] OpenCv(byte[] source, int fromWidth, int fromHeight, int width, int height, InterpolationFlags flag)
    {
        using var from = Mat.FromPixelData(fromHeight, fromWidth, MatType.CV_8UC3, source);
        using var to = new Mat();
        Cv2.Resize(from, to, new Size(width, height), 0, 0, flag);
        var bytes = new byte[width * height * 3];
        Marshal.Copy(to.Data, bytes, 0, bytes.Length);
        return bytes;
    }

    private static void SkipWithoutOpenCv()
    {
        try
        {
            Cv2.GetVersionString();
        }
        catch (Exception error) when (error is TypeInitializationException or DllNotFoundException or OpenCvSharpException)
        {
            Assert.Skip($"OpenCV's native library does not load here ({error.GetBaseException().Message}); it needs GTK 3.");
        }
    }
}
