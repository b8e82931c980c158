using System.Security.Cryptography;
using ShiTu.Inference.Imaging;
using ShiTu.Trainer.Data;
using ShiTu.Trainer.Detection.Assignment;
using ShiTu.Trainer.Detection.Data;
using Xunit;

namespace ShiTu.Trainer.Tests.Detection;

/// <summary>Crops, colours and scenes that training pictures are made of.</summary>
public sealed class TrainingPictureTests
{
    [Fact]
    public void A_crop_keeps_boxes_whose_centre_it_holds_clipped_and_moved()
    {
        Box[] boxes = [new(0, 0, 40, 40), new(50, 50, 90, 90), new(75, 0, 99, 20)];
        Assert.Equal([new Box(20, 20, 50, 50)], RandomCrop.Keep(boxes, new Box(30, 30, 80, 80)));
    }

    [Fact]
    public void Random_crops_lie_inside_and_always_hold_a_box()
    {
        Box[] boxes = [new(5, 5, 60, 50), new(100, 30, 140, 110)];
        var whole = 0;
        for (var i = 0; i < 500; i++)
        {
            var dice = Dice.From(i);
            if (RandomCrop.Draw(160, 120, boxes, ref dice) is not { } crop)
            {
                whole++;
                continue;
            }

            Assert.InRange(crop.Rect.X, 0, 160 - crop.Rect.Width);
            Assert.InRange(crop.Rect.Y, 0, 120 - crop.Rect.Height);
            Assert.NotEmpty(crop.Boxes);
            Assert.All(crop.Boxes, box => Assert.True(box.X1 >= 0 && box.Y1 >= 0 && box.X2 <= crop.Rect.Width && box.Y2 <= crop.Rect.Height && box.Width > 0));
        }

        Assert.InRange(whole, 40, 250);
    }

    [Fact]
    public void Colours_follow_PIL_s_arithmetic()
    {
        byte[] rgb = [200, 100, 50];
        ColourDistortion.Saturate(rgb, 0.5f);
        Assert.Equal(new byte[] { 162, 112, 87 }, rgb); // luma 124
        rgb = [200, 100, 50];
        ColourDistortion.Blend(rgb, 0, 1.5f);
        Assert.Equal(new byte[] { 255, 150, 75 }, rgb);
        rgb = [255, 0, 0];
        ColourDistortion.ShiftHue(rgb, 85);
        Assert.Equal(new byte[] { 0, 255, 0 }, rgb);
        rgb = [77, 77, 77];
        ColourDistortion.ShiftHue(rgb, 85);
        Assert.Equal(new byte[] { 77, 77, 77 }, rgb);
    }

    [Theory]
    [InlineData(17, "80fc74bbe9a039ed")]
    [InlineData(-18, "2ebdb60c72c12a3a")]
    [InlineData(85, "df2462b7d5229d4b")]
    public void Hue_of_every_kind_of_colour_turns_as_PIL_turns_it(int steps, string pil)
    {
        var rgb = Colours();
        ColourDistortion.ShiftHue(rgb, steps);
        Assert.Equal(pil, Hash(rgb));
    }

    [Theory]
    [InlineData(0.5f, "ae2a66f9a4aa3791")]
    [InlineData(1.5f, "145750d2389bf373")]
    public void Saturation_of_every_kind_of_colour_is_PIL_s(float factor, string pil)
    {
        var rgb = Colours();
        ColourDistortion.Saturate(rgb, factor);
        Assert.Equal(pil, Hash(rgb));
    }

    [Fact]
    public void The_last_pixels_of_a_picture_change_like_all_others()
    {
        var rgb = Colours();
        ColourDistortion.ShiftHue(rgb, 17);
        for (var pixels = 0; pixels < 20; pixels++)
        {
            var few = Colours()[..(pixels * 3)];
            ColourDistortion.ShiftHue(few, 17);
            Assert.Equal(rgb[..(pixels * 3)], few);
        }
    }

    [Fact]
    public void Batches_are_a_function_of_seed_and_step_and_boxes_stay_inside()
    {
        var maker = Maker();
        var first = maker.Make(7, 6, [96, 128]);
        var again = Maker().Make(7, 6, [96, 128]);
        Assert.Equal(first.Pixels, again.Pixels);
        Assert.Equal(first.Truth.SelectMany(t => t), again.Truth.SelectMany(t => t));
        Assert.NotEqual(first.Pixels, maker.Make(8, 6, [first.Size]).Pixels);
        Assert.All(first.Truth.SelectMany(t => t), box => Assert.True(box.X1 >= 0 && box.Y1 >= 0 && box.X2 <= first.Size && box.Y2 <= first.Size));
    }

    [Fact]
    public void A_pasted_object_that_another_hides_is_no_target()
    {
        var canvas = new PasteCanvas(new byte[60 * 60 * 3], 60, 60, [new Box(0, 0, 20, 20)]);
        canvas.Paste(Square(20), 2, 2, 1, 0);
        canvas.Paste(Square(10), 40, 40, 1, 0);
        var sample = canvas.Finish(0.4);
        Assert.Equal([new Box(2, 2, 22, 22), new Box(40, 40, 50, 50)], sample.Boxes);
        Assert.Equal(255, sample.Picture.Pixels[((45 * 60) + 45) * 3]);
    }

    [Fact]
    public void Every_picture_of_a_round_comes_once_and_weights_repeat_them()
    {
        var (a, b) = (Enumerable.Range(0, 5).Select(_ => Plain(0)).ToList(), Enumerable.Range(0, 3).Select(_ => Plain(0)).ToList());
        var pool = new SamplePool([(a, 1), (b, 2)], 3);
        var drawn = Enumerable.Range(0, pool.Round).Select(i => pool[i]).ToList();
        Assert.Equal(11, pool.Round);
        Assert.All(a, sample => Assert.Equal(1, drawn.Count(d => ReferenceEquals(d, sample))));
        Assert.All(b, sample => Assert.Equal(2, drawn.Count(d => ReferenceEquals(d, sample))));
    }

    // 18 levels a channel, red slowest. PIL 9.4: convert("HSV"), hue moved modulo 256, convert("RGB"); ImageEnhance.Color.
    private static byte[] Colours() =>
        [.. Enumerable.Range(0, 18 * 18 * 18).SelectMany(i => new[] { (byte)(i / 324 * 15), (byte)(i / 18 % 18 * 15), (byte)(i % 18 * 15) })];

    private static string Hash(byte[] bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes))[..16];

    private static DetectionBatchMaker Maker()
    {
        var pool = new SamplePool([(Enumerable.Range(0, 9).Select(i => Plain(i)).ToList(), 1)], 5);
        return new DetectionBatchMaker(pool, null, [], new SceneMix(0.5, 0.5, 0, 0), 5);
    }

    private static Sample Plain(int seed)
    {
        var pixels = new byte[80 * 60 * 3];
        new Random(seed).NextBytes(pixels);
        return new(new Picture(pixels, 80, 60, PixelOrder.Rgb), [new Box(5 + seed, 5, 50, 55)]);
    }

    private static (byte[] Rgba, int Width, int Height) Square(int side) => ([.. Enumerable.Repeat((byte)255, side * side * 4)], side, side);
}
