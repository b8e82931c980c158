using ShiTu.DemoScene.Belt;
using ShiTu.DemoScene.Packs;
using SkiaSharp;
using Xunit;

namespace ShiTu.DemoScene.Tests;

public sealed class CoverTests
{
    private static readonly SKRect Frame = new(0, 0, 1000, 1000);
    private static readonly SceneProduct Block = new("block", "", false) { Look = new PackLook(PackShape.Box, 200, 100) };

    [Theory]
    [InlineData(500, 500, 1)]
    [InlineData(600, 500, 0.5)]
    [InlineData(550, 525, 1 - (0.75 * 0.75))]
    [InlineData(900, 500, 1)]
    public void A_pack_shows_what_the_one_on_top_leaves_free(float x, float y, double expected)
    {
        var sprite = new PackSprite(Block, 1);
        var below = new Journey(0, Block, sprite, 0, 0, 1, 0, 0);
        var above = new Journey(1, Block, sprite, 0, 0, 1, 0, 0);
        var share = Cover.VisibleShare(below, new Pose(500, 500, 0, 1), x == 500 ? [] : [(above, new Pose(x, y, 0, 1))], Frame);
        Assert.InRange(share, expected - 0.03, expected + 0.03);
    }

    [Fact]
    public void What_is_outside_the_frame_is_not_seen()
    {
        var sprite = new PackSprite(Block, 1);
        var journey = new Journey(0, Block, sprite, 0, 0, 1, 0, 0);
        Assert.InRange(Cover.VisibleShare(journey, new Pose(0, 500, 0, 1), [], Frame), 0.47, 0.53);
        Assert.Equal(0, Cover.VisibleShare(journey, new Pose(-300, 500, 0, 1), [], Frame));
    }

    [Fact]
    public void A_turned_box_is_as_wide_as_the_pack_was_high()
    {
        var sprite = new PackSprite(Block, 1);
        var box = new Pose(500, 500, 1, 0).Box(sprite.Hull);
        Assert.InRange(box.Width, 98, 103);
        Assert.InRange(box.Height, 198, 203);
        var p = new Pose(500, 500, 1, 0).ToSprite(new Pose(500, 500, 1, 0).ToFrame(new SKPoint(12, -7)));
        Assert.Equal(12, p.X, 3);
        Assert.Equal(-7, p.Y, 3);
    }
}
