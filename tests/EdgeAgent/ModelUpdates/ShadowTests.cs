using ShiTu.EdgeAgent.Capture;
using ShiTu.EdgeAgent.GalleryUpdates;
using ShiTu.EdgeAgent.ModelUpdates;
using ShiTu.EdgeAgent.Pipeline;
using ShiTu.EdgeAgent.Tests.Pipeline;
using Xunit;

namespace ShiTu.EdgeAgent.Tests.ModelUpdates;

public sealed class ShadowTests
{
    private static readonly UpdateOptions Few = new() { ShadowFrames = 3, ShadowTime = TimeSpan.FromSeconds(60), ShadowRequired = true };

    [Fact]
    public async Task Sets_that_name_the_same_agree_and_the_receipt_has_the_figure()
    {
        using var other = new TinyModels(rotation: 1);
        await using var shop = await ModelShop.OpenAsync(updates: Few with { ShadowTime = TimeSpan.FromSeconds(3) }, shadow: true);
        Assert.Null(await FilmedAsync(shop, other.FeatureFolder));
        var receipt = await shop.RestartAsync();
        Assert.Equal(new ShadowFigures(receipt!.Shadow!.Frames, receipt.Shadow.Objects, 0, 0, 0), receipt.Shadow);
        Assert.Equal(2 * receipt.Shadow.Frames, receipt.Shadow.Objects);
        Mqtt.Schemas.Check("receipt", receipt.ToJson());
    }

    [Fact]
    public async Task A_detector_that_finds_nothing_is_refused_with_the_share()
    {
        using var blind = new TinyModels(blindness: 100);
        await using var shop = await ModelShop.OpenAsync(updates: Few with { ShadowTime = TimeSpan.FromSeconds(3) }, shadow: true);
        var receipt = await FilmedAsync(shop, blind.DetectorFolder);
        Assert.Equal("shadow", receipt!.Refusal!.Check);
        Assert.Equal(1, receipt.Shadow!.Share);
        Assert.Equal(receipt.Shadow.Objects, receipt.Shadow.OnlyPresent);
        Mqtt.Schemas.Check("receipt", receipt.ToJson());
        Assert.False(shop.RestartAsked);
        Assert.Equal(1, shop.Galleries.Change(() => 1));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Where_no_frame_comes_the_option_decides(bool required)
    {
        using var other = new TinyModels(rotation: 1);
        await using var shop = await ModelShop.OpenAsync(updates: Few with { ShadowTime = TimeSpan.FromSeconds(1), ShadowRequired = required }, shadow: true);
        var receipt = await shop.ApplyAsync(await shop.SignAsync([other.FeatureFolder], 5));
        Assert.Equal(required ? "shadow" : null, receipt?.Refusal!.Check);
        Assert.Contains("No object could be compared", required ? receipt!.Refusal!.Text : (await shop.RestartAsync())!.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_tap_gives_copies_of_frames_in_which_something_moved_and_none_to_nobody()
    {
        var tap = new FrameTap();
        var seen = new Frame();
        seen.Adopt(ColourShop.Picture((16, 16, 255, 0, 0)));
        tap.Observe(new FrameOutcome("belt", seen, [], skipped: false));
        var into = new Frame();
        var next = tap.NextAsync(into, TimeSpan.FromMinutes(1), TimeProvider.System, TestContext.Current.CancellationToken);
        tap.Observe(new FrameOutcome("belt", seen, [], skipped: true));
        Assert.False(next.IsCompleted);
        tap.Observe(new FrameOutcome("belt", seen, [], skipped: false));
        Assert.True(await next);
        Assert.True(into.Pixels.SequenceEqual(seen.Pixels));
        Assert.False(await tap.NextAsync(into, TimeSpan.FromMilliseconds(1), TimeProvider.System, TestContext.Current.CancellationToken));
    }

    private static async Task<Receipt?> FilmedAsync(ModelShop shop, string folder)
    {
        using var end = new CancellationTokenSource();
        var film = shop.FilmAsync(end.Token);
        var receipt = await shop.ApplyAsync(await shop.SignAsync([folder], 5));
        await end.CancelAsync();
        await film;
        return receipt;
    }
}
