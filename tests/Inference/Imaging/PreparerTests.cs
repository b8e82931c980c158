using ShiTu.Inference.Imaging;
using ShiTu.TestKit;
using Xunit;

namespace ShiTu.Inference.Tests.Imaging;

public sealed class PreparerTests
{
    [Theory]
    [InlineData(Interpolation.Linear, PixelOrder.Rgb)]
    [InlineData(Interpolation.Cubic, PixelOrder.Bgr)]
    [InlineData(Interpolation.Nearest, PixelOrder.Rgb)]
    [InlineData(Interpolation.Area, PixelOrder.Bgr)]
    public void Each_plane_is_the_resized_channel_less_mean_over_deviation(Interpolation interpolation, PixelOrder order)
    {
        // 37 is no multiple of a vector: tails are looked at too.
        var preparation = Preparation.ImageNet(37, 29, interpolation);
        var source = Noise(101, 67, order);
        var resized = new byte[37 * 29 * 3];
        new PictureResizer().Resize(source.View, resized, 37, 29, interpolation);
        var planes = new float[37 * 29 * 3];
        new Preparer(preparation).Prepare(source.View, planes);
        for (var at = 0; at < 37 * 29; at++)
        {
            for (var channel = 0; channel < 3; channel++)
            {
                var level = resized[(at * 3) + (order == PixelOrder.Rgb ? channel : 2 - channel)];
                var expected = ((level / 255.0) - preparation.Mean[channel]) / preparation.Deviation[channel];
                Assert.Equal(expected, planes[(channel * 37 * 29) + at], 1e-6);
            }
        }
    }

    [Fact]
    public void The_extremes_are_those_of_the_specification()
    {
        // detector.md 3: R [-2.1179, 2.2489], G [-2.0357, 2.4286], B [-1.8044, 2.6400].
        var planes = new float[3];
        var preparer = new Preparer(Preparation.ImageNet(1, 1, Interpolation.Linear));
        preparer.Prepare(new PictureView([0, 0, 0], 1, 1, 3, PixelOrder.Rgb), planes);
        Assert.Equal([-2.1179f, -2.0357f, -1.8044f], planes.Select(value => MathF.Round(value, 4)));
        preparer.Prepare(new PictureView([255, 255, 255], 1, 1, 3, PixelOrder.Rgb), planes);
        Assert.Equal([2.2489f, 2.4286f, 2.6400f], planes.Select(value => MathF.Round(value, 4)));
    }

    [Fact]
    public void The_same_picture_in_either_order_gives_the_same_planes()
    {
        var rgb = Noise(90, 70, PixelOrder.Rgb);
        var swapped = (byte[])rgb.Pixels.Clone();
        for (var at = 0; at < swapped.Length; at += 3)
        {
            (swapped[at], swapped[at + 2]) = (swapped[at + 2], swapped[at]);
        }

        var preparer = new Preparer(Preparation.ImageNet(48, 48, Interpolation.Cubic));
        var (first, second) = (new float[3 * 48 * 48], new float[3 * 48 * 48]);
        preparer.Prepare(rgb.View, first);
        preparer.Prepare(new PictureView(swapped, 90, 70, 270, PixelOrder.Bgr), second);
        Assert.Equal(first, second);
    }

    [Fact]
    public void Crops_of_ever_new_sizes_allocate_nothing_once_warm()
    {
        var frame = Noise(640, 360, PixelOrder.Bgr);
        var preparer = new Preparer(Preparation.ImageNet(224, 224, Interpolation.Linear));
        var planes = new float[3 * 224 * 224];
        preparer.Prepare(frame.View, planes);
        preparer.Prepare(frame.View.Cut(new PixelRect(5, 5, 100, 90)), planes);
        var first = 1;
        SteadyState.AllocatesNothing(() =>
        {
            // Each round has sizes that none before had.
            for (var side = first++; side < 300; side += 13)
            {
                preparer.Prepare(frame.View.Cut(new PixelRect(side, side / 2, side, 300 - side)), planes);
            }
        });
    }

    [Fact]
    public void Too_few_floats_and_a_senseless_preparation_are_refused()
    {
        Assert.Throws<ArgumentException>(() => new Preparer(Preparation.ImageNet(8, 8, Interpolation.Linear)).Prepare(Noise(4, 4, PixelOrder.Rgb).View, new float[191]));
        Assert.Throws<ArgumentException>(() => new Preparer(new Preparation(8, 8, Interpolation.Linear, [0, 0, 0], [1, 0, 1])));
        Assert.Throws<ArgumentException>(() => new Preparer(new Preparation(8, 8, Interpolation.Linear, [0, float.NaN, 0], [1, 1, 1])));
    }

    private static Picture Noise(int width, int height, PixelOrder order)
    {
        var pixels = new byte[width * height * 3];
        new Random(width).NextBytes(pixels);
        return new Picture(pixels, width, height, order);
    }
}
