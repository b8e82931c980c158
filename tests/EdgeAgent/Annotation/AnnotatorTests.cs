using ShiTu.EdgeAgent.Annotation;
using ShiTu.EdgeAgent.Events;
using ShiTu.Inference.Imaging;
using SkiaSharp;
using Xunit;

namespace ShiTu.EdgeAgent.Tests.Annotation;

public sealed class AnnotatorTests : IDisposable
{
    private readonly Annotator _annotator = new();

    public void Dispose() => _annotator.Dispose();

    [Theory]
    [InlineData(Decision.Recognised, PixelOrder.Bgr)]
    [InlineData(Decision.Ambiguous, PixelOrder.Rgb)]
    [InlineData(Decision.Unknown, PixelOrder.Rgb)]
    internal void The_edges_of_a_box_have_the_colour_of_its_decision_and_its_inside_is_left_alone(Decision decision, PixelOrder order)
    {
        var picture = Plain(640, 480, order, 200, 40, 90);
        var drawn = _annotator.Draw(picture.View, [new AnnotatedBox(new EventBox(100, 120, 300, 200), "Mjölk", decision)]).ToArray();
        var colour = Annotator.ColourOf(decision);
        Assert.All([(100, 220), (400, 220), (250, 320)], p => Assert.Equal(colour, At(drawn, 640, p.Item1, p.Item2)));
        Assert.Equal(new SKColor(200, 40, 90), At(drawn, 640, 250, 220));
        Assert.Equal(new SKColor(200, 40, 90), At(drawn, 640, 600, 20));
        Assert.All(picture.Pixels.Chunk(3), p => Assert.Equal(picture.Pixels[..3], p));
    }

    [Theory]
    [InlineData(255)]
    [InlineData(0)]
    [InlineData(128)]
    public void A_caption_stands_out_on_any_ground(byte grey)
    {
        var drawn = _annotator.Draw(Plain(640, 480, PixelOrder.Bgr, grey, grey, grey).View, [new AnnotatedBox(new EventBox(100, 200, 300, 200), "HHHH", Decision.Recognised)]).ToArray();
        var plate = Annotator.ColourOf(Decision.Recognised);
        var row = Enumerable.Range(100, 60).Select(x => At(drawn, 640, x, 188)).ToArray();
        Assert.Contains(row, p => p == plate);
        Assert.Contains(row, p => p.Red + p.Green + p.Blue < 120);
    }

    [Fact]
    public void A_caption_stays_inside_the_picture_wherever_the_box_is()
    {
        foreach (var box in (EventBox[])[new(0, 0, 40, 30), new(600, 0, 40, 30), new(610, 450, 30, 30), new(0, 460, 30, 20), new(0, 0, 640, 480)])
        {
            var text = Lettered(_annotator.Draw(Plain(640, 480, PixelOrder.Bgr, 250, 250, 250).View, [new AnnotatedBox(box, "HHHHHHHH", Decision.Recognised)]), 640);
            Assert.True(text.Right - text.Left > 60 && text.Left > 0 && text.Right < 639 && text.Top > 0 && text.Bottom < 479, $"{box}: letters at {text}.");
        }
    }

    [Fact]
    public void A_caption_too_long_for_the_picture_becomes_smaller()
    {
        var text = Lettered(_annotator.Draw(Plain(320, 240, PixelOrder.Bgr, 250, 250, 250).View, [new AnnotatedBox(new EventBox(10, 100, 60, 60), new string('H', 60), Decision.Recognised)]), 320);
        Assert.True(text.Left > 0 && text.Right < 319, $"Letters at {text}.");
    }

    [Fact]
    public void Two_captions_of_one_box_do_not_cover_each_other()
    {
        var box = new EventBox(100, 200, 300, 200);
        var drawn = _annotator.Draw(
            Plain(640, 480, PixelOrder.Bgr, 250, 250, 250).View, [new AnnotatedBox(box, "HHHH", Decision.Recognised), new AnnotatedBox(box, "HHHH", Decision.Ambiguous)]).ToArray();
        var green = drawn.Chunk(4).Count(p => new SKColor(p[2], p[1], p[0]) == Annotator.ColourOf(Decision.Recognised));
        var amber = drawn.Chunk(4).Count(p => new SKColor(p[2], p[1], p[0]) == Annotator.ColourOf(Decision.Ambiguous));
        Assert.True(green > 300 && amber > 300, $"{green} green, {amber} amber pixels.");
    }

    [Theory]
    [InlineData("a.jpg", SKEncodedImageFormat.Jpeg)]
    [InlineData("a.PNG", SKEncodedImageFormat.Png)]
    public void A_file_is_of_the_kind_its_name_says(string name, SKEncodedImageFormat expected)
    {
        var folder = Directory.CreateTempSubdirectory("annotator");
        try
        {
            var path = Path.Combine(folder.FullName, name);
            _annotator.Save(path, Plain(64, 48, PixelOrder.Rgb, 10, 200, 10).View, [new AnnotatedBox(new EventBox(5, 5, 30, 30), "", Decision.Unknown)]);
            using var codec = SKCodec.Create(path);
            Assert.Equal(expected, codec.EncodedFormat);
            Assert.Equal(new SKSizeI(64, 48), codec.Info.Size);
            Assert.Single(folder.GetFiles());
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    internal static Picture Plain(int width, int height, PixelOrder order, byte red, byte green, byte blue)
    {
        var pixels = new byte[width * height * 3];
        for (var i = 0; i < pixels.Length; i += 3)
        {
            (pixels[i], pixels[i + 1], pixels[i + 2]) = order == PixelOrder.Rgb ? (red, green, blue) : (blue, green, red);
        }

        return new Picture(pixels, width, height, order);
    }

    private static SKColor At(byte[] bgra, int width, int x, int y)
    {
        var i = ((y * width) + x) * 4;
        return new SKColor(bgra[i + 2], bgra[i + 1], bgra[i]);
    }

    /// <summary>Where black letters stand on the green plate: dark pixels with green on both sides.</summary>
    private static SKRectI Lettered(ReadOnlySpan<byte> bgra, int width)
    {
        var (left, top, right, bottom) = (int.MaxValue, int.MaxValue, -1, -1);
        var green = Annotator.ColourOf(Decision.Recognised);
        for (var i = 0; i < bgra.Length; i += 4)
        {
            if (bgra[i] == green.Blue && bgra[i + 1] == green.Green && bgra[i + 2] == green.Red)
            {
                var (x, y) = (i / 4 % width, i / 4 / width);
                (left, top, right, bottom) = (Math.Min(left, x), Math.Min(top, y), Math.Max(right, x), Math.Max(bottom, y));
            }
        }

        var (from, to, first, last) = (int.MaxValue, -1, int.MaxValue, -1);
        for (var y = top + 1; y < bottom; y++)
        {
            for (var x = left + 3; x < right - 3; x++)
            {
                var i = ((y * width) + x) * 4;
                if (bgra[i] < 60 && bgra[i + 1] < 60 && bgra[i + 2] < 60)
                {
                    (from, first, to, last) = (Math.Min(from, x), Math.Min(first, y), Math.Max(to, x), Math.Max(last, y));
                }
            }
        }

        return new SKRectI(from, first, to, last);
    }
}
