using ShiTu.Trainer.Data;
using Xunit;

namespace ShiTu.Trainer.Tests.Data;

public sealed class AffineSamplerTests
{
    [Fact]
    public void The_whole_picture_at_its_own_size_is_unchanged()
    {
        var picture = Gradient(32);
        var target = new byte[32 * 32 * 3];
        AffineSampler.Whole(picture, target, 32);
        Assert.Equal(picture.Pixels[..target.Length], target);
    }

    [Fact]
    public void Shrinking_by_two_takes_the_mean_of_four_neighbours()
    {
        var picture = Gradient(32);
        var target = new byte[16 * 16 * 3];
        AffineSampler.Whole(picture, target, 16);
        for (var i = 0; i < 16 * 16; i++)
        {
            var (x, y) = (i % 16 * 2, i / 16 * 2);
            Assert.Equal((x * 4) + 2, target[i * 3], 1.0);
            Assert.Equal((y * 4) + 2, target[(i * 3) + 1], 1.0);
        }
    }

    [Fact]
    public void A_view_without_any_change_is_the_picture()
    {
        var still = new AugmentationOptions(1, 1, 1, 0, 0, 0, 0, 0, 0, 0);
        var picture = Gradient(32);
        var target = new byte[32 * 32 * 3];
        var dice = Dice.From(1);
        AffineSampler.Augment(picture, target, 32, still, ref dice);
        Assert.Equal(picture.Pixels[..target.Length], target);
    }

    [Fact]
    public void A_certain_flip_mirrors_the_picture()
    {
        var flipped = new AugmentationOptions(1, 1, 1, 1, 0, 0, 0, 0, 0, 0);
        var picture = Gradient(32);
        var target = new byte[32 * 32 * 3];
        var dice = Dice.From(1);
        AffineSampler.Augment(picture, target, 32, flipped, ref dice);
        for (var x = 0; x < 32; x++)
        {
            Assert.Equal(picture.Pixels[(31 - x) * 3], target[x * 3]);
        }
    }

    [Fact]
    public void A_view_is_a_function_of_its_dice()
    {
        var picture = Gradient(48);
        var (a, b, c) = (new byte[32 * 32 * 3], new byte[32 * 32 * 3], new byte[32 * 32 * 3]);
        var (first, second, third) = (Dice.From(4, 2), Dice.From(4, 2), Dice.From(4, 3));
        AffineSampler.Augment(picture, a, 32, new(), ref first);
        AffineSampler.Augment(picture, b, 32, new(), ref second);
        AffineSampler.Augment(picture, c, 32, new(), ref third);
        Assert.Equal(a, b);
        Assert.NotEqual(a, c);
    }

    [Fact]
    public void Rotation_by_a_right_angle_follows_OpenCVs_matrix()
    {
        // For θ = 90° OpenCV's map is x' = y, y' = w - x about the centre (w/2, h/2): pixel (x, y) comes from (w - y, x).
        var picture = Gradient(32);
        var target = ShiTuAugmentation.Rotate(picture.Pixels.AsSpan(0, 32 * 32 * 3), 32, 32, 90);
        for (var y = 1; y < 32; y++)
        {
            for (var x = 0; x < 32; x++)
            {
                Assert.Equal(picture.Pixels[((x * 32) + 32 - y) * 3], target[((y * 32) + x) * 3]);
            }
        }
    }

    [Fact]
    public void The_specifications_chain_keeps_the_size_and_stays_close_to_the_middle()
    {
        var picture = Gradient(224);
        var target = new byte[224 * 224 * 3];
        var chain = new ShiTuAugmentation();
        for (var i = 0; i < 30; i++)
        {
            var dice = Dice.From(i);
            chain.Augment(picture, target, ref dice);
            Assert.Equal(picture.Pixels[((112 * 224) + 112) * 3], target[((112 * 224) + 112) * 3], 20.0);
        }
    }

    private static CachedPicture Gradient(int side)
    {
        var pixels = new byte[(side * side * 3) + 1];
        var step = side <= 32 ? 4 : 1;
        for (var i = 0; i < side * side; i++)
        {
            pixels[i * 3] = (byte)(i % side * step);
            pixels[(i * 3) + 1] = (byte)(i / side * step);
            pixels[(i * 3) + 2] = 128;
        }

        return new CachedPicture(pixels, side);
    }
}
