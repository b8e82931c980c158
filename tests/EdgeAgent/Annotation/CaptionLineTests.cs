using ShiTu.EdgeAgent.Annotation;
using SkiaSharp;
using Xunit;

namespace ShiTu.EdgeAgent.Tests.Annotation;

public sealed class CaptionLineTests
{
    [Fact]
    public void Without_any_font_letters_are_drawn_and_unknown_characters_show_their_code_point()
    {
        using var none = new FontShelf([]);
        using var latin = new CaptionLine("Mjölk 1 l", 30, none);
        Assert.Equal(9, latin.FontlessCount);
        Assert.True(Inked(latin) > 300);
        using var rare = new CaptionLine("ꙮ", 30, none);
        using var other = new CaptionLine("ꙭ", 30, none);
        Assert.Equal(1, rare.FontlessCount);
        Assert.True(Inked(rare) > 100);
        Assert.NotEqual(Pixels(rare), Pixels(other));
    }

    [Fact]
    public void With_fonts_every_script_that_a_font_has_is_shaped()
    {
        using var fonts = new FontShelf();
        Assert.SkipWhen(fonts.For('ت', null) is null || fonts.For('λ', null) is null, "No font with Arabic and Greek is installed.");
        using var arabic = new CaptionLine("تمر", 30, fonts);
        using var apart = new CaptionLine("ت م ر", 30, fonts);
        Assert.Equal(0, arabic.FontlessCount);
        Assert.NotEqual(Pixels(arabic), Pixels(apart));

        // Joined letters are narrower than the same ones alone.
        Assert.True(arabic.Width < apart.Width);
        using var greek = new CaptionLine("Ελιά", 30, fonts);
        Assert.Equal(0, greek.FontlessCount);
        Assert.True(Inked(greek) > 200);
    }

    [Fact]
    public void A_number_beside_arabic_is_drawn_as_it_is_alone()
    {
        using var fonts = new FontShelf();
        Assert.SkipWhen(fonts.For('ت', null) is null, "No font with Arabic is installed.");
        using var number = new CaptionLine("125", 30, fonts);
        using var both = new CaptionLine("تمر 125", 30, fonts);

        // The paragraph runs right to left, so the number stands at the left end, itself unchanged.
        var width = (int)number.Width;
        Assert.Equal(Pixels(number, width), Pixels(both, width));
    }

    [Fact]
    public void Line_ends_and_controls_do_no_harm()
    {
        using var fonts = new FontShelf();
        using var plain = new CaptionLine("a b", 20, fonts);
        using var broken = new CaptionLine("a\n\u0007b", 20, fonts);
        Assert.Equal(plain.Width, broken.Width);
        using var empty = new CaptionLine("", 20, fonts);
        Assert.Equal(0, empty.Width);
        using var torn = new CaptionLine("\uD83C", 20, fonts);
        Assert.True(torn.Width > 0);
    }

    private static int Inked(CaptionLine line) => Pixels(line).Count(p => p > 128);

    private static byte[] Pixels(CaptionLine line, int width = 400)
    {
        using var bitmap = new SKBitmap(new SKImageInfo(width, 60, SKColorType.Gray8, SKAlphaType.Opaque));
        using var canvas = new SKCanvas(bitmap);
        using var paint = new SKPaint { Color = SKColors.White, IsAntialias = true };
        canvas.Clear(SKColors.Black);
        line.Draw(canvas, 0, 42, paint);
        return bitmap.GetPixelSpan().ToArray();
    }
}
