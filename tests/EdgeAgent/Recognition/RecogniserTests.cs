using ShiTu.EdgeAgent.Events;
using ShiTu.EdgeAgent.Recognition;
using ShiTu.EdgeAgent.Tests.Pipeline;
using ShiTu.Inference.Imaging;
using ShiTu.TestKit;
using Xunit;

namespace ShiTu.EdgeAgent.Tests.Recognition;

public sealed class RecogniserTests : IAsyncLifetime
{
    private readonly ColourShop _shop = new();

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => _shop.DisposeAsync();

    [Fact]
    public void Every_square_is_found_and_gets_its_item()
    {
        using var recogniser = _shop.Recogniser();
        var picture = ColourShop.Picture((48, 48, 255, 0, 0), (144, 144, 0, 0, 255));
        var found = recogniser.Recognise(picture.View);
        Assert.Equal(["blue", "red"], Items(found).Order());
        for (var i = 0; i < found.Count; i++)
        {
            var expected = found[i].Judgement.Best.Item!.Id == "red" ? new PixelRect(48, 48, 64, 64) : new PixelRect(144, 144, 64, 64);
            Assert.Equal(expected, found[i].Rect);
            Assert.Equal(3, found[i].Candidates.Length);
            Assert.False(found[i].IsWholePicture);
        }
    }

    [Fact]
    public void A_colour_that_is_not_sold_is_unknown()
    {
        using var recogniser = _shop.Recogniser();
        var found = recogniser.Recognise(ColourShop.Picture((48, 48, 85, 85, 85)).View);
        Assert.Equal(1, found.Count);
        Assert.Equal(Decision.Unknown, found[0].Judgement.Decision);
        Assert.Same(found[0], found.Best);
    }

    [Fact]
    public void The_whole_picture_falls_in_only_where_no_crop_is_recognised()
    {
        using var recogniser = _shop.Recogniser();
        var dim = new Picture([.. Enumerable.Repeat(new byte[] { 60, 0, 0 }, ColourShop.Side * ColourShop.Side).SelectMany(pixel => pixel)], ColourShop.Side, ColourShop.Side, PixelOrder.Rgb);
        var fallen = recogniser.Recognise(dim.View);
        Assert.Equal(1, fallen.Count);
        Assert.True(fallen[0].IsWholePicture);
        Assert.Equal("red", fallen[0].Judgement.Best.Item!.Id);
        var found = recogniser.Recognise(ColourShop.Picture((48, 48, 255, 0, 0)).View);
        Assert.False(Assert.Single(Boxes(found)).IsWholePicture);
        using var never = _shop.Recogniser(ColourShop.Options with { WholePicture = WholePicture.Never });
        Assert.Equal(0, never.Recognise(dim.View).Count);
        Assert.Null(never.Recognise(dim.View).Best);
    }

    [Fact]
    public void Only_the_whole_picture_asks_no_detector()
    {
        using var recogniser = _shop.Recogniser(ColourShop.Options with { WholePicture = WholePicture.Only });
        var box = Assert.Single(Boxes(recogniser.Recognise(ColourShop.Picture((48, 48, 255, 0, 0)).View)));
        Assert.Equal(new PixelRect(0, 0, ColourShop.Side, ColourShop.Side), box.Rect);
        Assert.True(box.IsWholePicture);
    }

    [Fact]
    public void Upstreams_rule_lets_the_whole_picture_compete_and_drops_what_is_below_the_threshold()
    {
        using var recogniser = _shop.Recogniser(ColourShop.Options with { Parity = true, Threshold = 0.5f });

        // A lone red square: the crop is nearer to red than the dark whole, which overlaps it by more than 5 %.
        Assert.Equal(["red"], Items(recogniser.Recognise(ColourShop.Picture((48, 48, 255, 0, 0)).View)));

        // White resembles each colour by 0.58; the dim red whole by more: the whole picture wins and takes the crop with it.
        var pixels = ColourShop.Picture((112, 112, 255, 255, 255)).Pixels;
        for (var i = 0; i < pixels.Length; i += 3)
        {
            pixels[i] = Math.Max(pixels[i], (byte)100);
        }

        var won = recogniser.Recognise(new Picture(pixels, ColourShop.Side, ColourShop.Side, PixelOrder.Rgb).View);
        var box = Assert.Single(Boxes(won));
        Assert.True(box.IsWholePicture);
        Assert.Equal(1f, box.DetectorScore);
        Assert.Equal("red", box.Judgement.Best.Item!.Id);

        using var strict = _shop.Recogniser(ColourShop.Options with { Parity = true, Threshold = 0.999f });
        Assert.Equal(0, strict.Recognise(ColourShop.Picture((48, 48, 85, 85, 85)).View).Count);
    }

    [Fact]
    public async Task A_new_item_and_new_thresholds_take_effect_with_the_next_picture()
    {
        using var recogniser = _shop.Recogniser();
        var grey = ColourShop.Picture((48, 48, 85, 85, 85));
        Assert.Equal(Decision.Unknown, recogniser.Recognise(grey.View).Best!.Judgement.Decision);
        await _shop.EnrolAsync("grey", 85, 85, 85);
        Assert.Equal("grey", Assert.Single(Items(recogniser.Recognise(grey.View))));
        _shop.Thresholds.Current = new Thresholds(0.5f, new Dictionary<string, float> { ["grey"] = 1.5f });
        Assert.Equal(Decision.Unknown, recogniser.Recognise(grey.View).Best!.Judgement.Decision);
    }

    [Fact]
    public void A_picture_allocates_nothing()
    {
        using var recogniser = _shop.Recogniser();
        var picture = ColourShop.Picture((48, 48, 255, 0, 0), (144, 144, 0, 0, 255), (144, 48, 85, 85, 85));
        var (pictures, boxes) = (0, 0);
        SteadyState.AllocatesNothing(() =>
        {
            for (var i = 0; i < 20; i++, pictures++)
            {
                boxes += recogniser.Recognise(picture.View).Count;
            }
        });
        Assert.Equal(3 * pictures, boxes);
    }

    private static IEnumerable<string> Items(FrameRecognition found) => Boxes(found).Select(box => box.Judgement.Decision == Decision.Recognised ? box.Judgement.Best.Item!.Id : "");

    private static List<RecognisedBox> Boxes(FrameRecognition found) => [.. Enumerable.Range(0, found.Count).Select(i => found[i])];
}
