using ShiTu.Inference.Imaging;
using ShiTu.TestKit;
using Xunit;

namespace ShiTu.Inference.Tests.Imaging;

/// <summary>Preparation on two threads.</summary>
public sealed class PairedPreparerTests
{
    private static readonly Preparation Cubic = Preparation.ImageNet(65, 49, Interpolation.Cubic);

    [Theory]
    [InlineData(Interpolation.Cubic)]
    [InlineData(Interpolation.Linear)]
    [InlineData(Interpolation.Area)]
    [InlineData(Interpolation.Nearest)]
    public void Two_threads_give_the_planes_of_one(Interpolation interpolation)
    {
        var preparation = Cubic with { Interpolation = interpolation };
        var frame = Noise(333, 222);
        PixelRect[] parts = [new(0, 0, 333, 222), new(10, 20, 300, 7), new(200, 100, 65, 49), new(0, 221, 333, 1), new(332, 0, 1, 222)];
        var size = 3 * preparation.Width * preparation.Height;
        var (one, two) = (new float[parts.Length * size], new float[parts.Length * size]);
        var single = new Preparer(preparation);
        for (var at = 0; at < parts.Length; at++)
        {
            single.Prepare(frame.View.Cut(parts[at]), one.AsSpan(at * size, size));
        }

        using var paired = new PairedPreparer(preparation, 2);
        for (var round = 0; round < 50; round++)
        {
            two.AsSpan().Clear();
            paired.Prepare(frame.View, parts, two);
            Assert.Equal(one, two);
        }
    }

    [Fact]
    public void A_part_outside_the_picture_is_the_callers_error_and_the_next_call_works()
    {
        using var paired = new PairedPreparer(Cubic, 2);
        var frame = Noise(40, 30);
        var planes = new float[3 * Cubic.Width * Cubic.Height];
        Assert.ThrowsAny<ArgumentException>(() => paired.Prepare(frame.View, [new PixelRect(30, 0, 20, 30)], planes));
        paired.Prepare(frame.View, [new PixelRect(0, 0, 40, 30)], planes);
        Assert.True(planes.AsSpan(planes.Length - 65).IndexOfAnyExcept(0f) >= 0);
    }

    [Fact]
    public void Nothing_is_allocated_once_warm()
    {
        using var paired = new PairedPreparer(Cubic, 2);
        var frame = Noise(640, 360);
        PixelRect[] parts = [new(0, 0, 640, 360), new(7, 9, 100, 80)];
        var planes = new float[parts.Length * 3 * Cubic.Width * Cubic.Height];
        paired.Prepare(frame.View, parts, planes);
        SteadyState.AllocatesNothing(() => paired.Prepare(frame.View, parts, planes));
    }

    private static Picture Noise(int width, int height)
    {
        var pixels = new byte[width * height * 3];
        new Random(width).NextBytes(pixels);
        return new Picture(pixels, width, height, PixelOrder.Bgr);
    }
}
