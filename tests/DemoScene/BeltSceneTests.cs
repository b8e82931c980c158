using System.Security.Cryptography;
using ShiTu.DemoScene.Packs;
using Xunit;

namespace ShiTu.DemoScene.Tests;

public sealed class BeltSceneTests
{
    private static readonly SceneOptions Small = new() { Width = 640, Height = 360, Seconds = 60, Seed = 3 };

    // Nothing that differs from frame to frame but the objects, on a green that none of them has.
    private static readonly SceneOptions Clean = Small with { Belt = new BeltLook { Colour = 0x00FF30, Noise = 0, Dimmest = 1, Shadow = 0, Grain = 0, Ribs = 0 } };

    [Fact]
    public void Two_scenes_of_the_same_options_draw_the_same_bytes()
    {
        using var one = new BeltScene(Small);
        using var other = new BeltScene(Small);
        foreach (var index in (int[])[0, 50, 301, 599])
        {
            Assert.Equal(Hash(one, index), Hash(other, index));
            Assert.Equal(one.Truth(index), other.Truth(index));
        }
    }

    [Fact]
    public void A_frame_is_the_same_whether_asked_for_in_order_or_not()
    {
        using var scene = new BeltScene(Small);
        var forward = Enumerable.Range(100, 5).Select(index => Hash(scene, index)).ToArray();
        var backward = Enumerable.Range(100, 5).Reverse().Select(index => Hash(scene, index)).Reverse().ToArray();
        Assert.Equal(forward, backward);
        Assert.Equal(5, forward.Distinct().Count());
    }

    [Fact]
    public void Another_seed_gives_another_scene()
    {
        using var one = new BeltScene(Small);
        using var other = new BeltScene(Small with { Seed = 4 });
        Assert.NotEqual(Hash(one, 100), Hash(other, 100));
    }

    [Fact]
    public void The_demo_starts_and_ends_with_an_empty_belt_and_shows_every_product_for_seconds()
    {
        using var scene = new BeltScene(new SceneOptions { Width = 640, Height = 360 });
        Assert.Empty(scene.Truth(0));
        Assert.Empty(scene.Truth(scene.FrameCount - 1));
        var seen = Enumerable.Range(0, scene.FrameCount).SelectMany(scene.Truth).ToLookup(t => t.Object);
        Assert.Equal(scene.ObjectCount, seen.Count);
        Assert.Equal(BeltScene.Products.Select(p => p.Id).Order(), seen.Select(s => s.First().Product.Id).Distinct().Order());
        Assert.All(seen, looks =>
        {
            Assert.True(looks.Max(t => t.VisibleShare) > 0.6, $"{looks.First().Product.Id} is never more than {looks.Max(t => t.VisibleShare):P0} visible.");
            Assert.True(looks.Count(t => t.VisibleShare > 0.6) >= 30, $"{looks.First().Product.Id} is seen well in {looks.Count(t => t.VisibleShare > 0.6)} frames only.");
        });
    }

    [Fact]
    public void The_demo_has_two_to_five_objects_in_view_most_of_the_time_and_overlaps_some()
    {
        using var scene = new BeltScene(new SceneOptions { Width = 640, Height = 360 });
        var counts = Enumerable.Range(80, 440).Select(index => scene.Truth(index).Count(t => t.VisibleShare > 0.25)).ToArray();
        Assert.True(counts.Count(n => n is >= 2 and <= 5) > counts.Length * 0.9);
        Assert.True(counts.Max() <= 6);
        var overlapped = Enumerable.Range(80, 440).SelectMany(scene.Truth).Where(t => Inside(t) && t.VisibleShare < 0.97).Select(t => t.Object).Distinct().Count();
        Assert.InRange(overlapped, 2, 12);
    }

    [Fact]
    public void The_boxes_are_those_of_the_drawn_pixels()
    {
        using var full = new BeltScene(Clean with { OverlapShare = 0 });
        // The same belt at the same times, with a product that has no pixel.
        using var empty = new BeltScene(Clean with { Products = [new SceneProduct("nothing", "", false) { Look = new PackLook(PackShape.Box, 20, 20) { Art = static (_, _) => { } } }] });
        var compared = 0;
        for (var index = 60; index < 540; index += 60)
        {
            var alone = full.Truth(index).Where(Inside).ToArray();
            var drawn = Draw(full, index);
            var background = Draw(empty, index);
            foreach (var truth in alone.Where(t => alone.All(o => o.Object == t.Object || !Near(t, o))))
            {
                var (left, top, right, bottom) = Changed(drawn, background, truth);
                Assert.InRange(left, truth.X - 1.5, truth.X + 1.5);
                Assert.InRange(top, truth.Y - 1.5, truth.Y + 1.5);
                Assert.InRange(right, truth.X + truth.Width - 1.5, truth.X + truth.Width + 1.5);
                Assert.InRange(bottom, truth.Y + truth.Height - 1.5, truth.Y + truth.Height + 1.5);
                compared++;
            }
        }

        Assert.True(compared >= 8, $"Only {compared} boxes were compared.");
    }

    [Fact]
    public void Frames_may_have_any_size_and_the_objects_scale_with_it()
    {
        using var small = new BeltScene(Small);
        using var large = new BeltScene(Small with { Width = 1280, Height = 720 });
        var pairs = small.Truth(200).Join(large.Truth(200), t => t.Object, t => t.Object, (a, b) => (a, b)).ToArray();
        Assert.True(pairs.Length >= 2);
        Assert.All(pairs, pair => Assert.InRange(pair.b.Width / pair.a.Width, 1.95, 2.05));
    }

    [Fact]
    public void A_filled_belt_is_full_in_the_first_frame_and_in_the_last()
    {
        using var scene = new BeltScene(Small with { Filled = true, Seconds = 3 });
        Assert.True(scene.Truth(0).Count >= 2);
        Assert.True(scene.Truth(scene.FrameCount - 1).Count >= 2);
    }

    [Fact]
    public void Wrong_options_and_frames_outside_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new BeltScene(Small with { Width = 8 }));
        Assert.Throws<ArgumentOutOfRangeException>(() => new BeltScene(Small with { FramesPerSecond = 0 }));
        Assert.Throws<ArgumentException>(() => new BeltScene(Small with { Products = [] }));
        using var scene = new BeltScene(Small);
        Assert.Throws<ArgumentOutOfRangeException>(() => scene.Truth(600));
        Assert.Throws<ArgumentOutOfRangeException>(() => scene.Draw(-1, new byte[640 * 360 * 3]));
        Assert.Throws<ArgumentException>(() => scene.Draw(0, new byte[10]));
    }

    private static bool Inside(SceneTruth t) => t.X > 2 && t.Y > 16 && t.X + t.Width < 638 && t.Y + t.Height < 344;

    private static bool Near(SceneTruth a, SceneTruth b) =>
        a.X - 6 < b.X + b.Width && b.X - 6 < a.X + a.Width && a.Y - 6 < b.Y + b.Height && b.Y - 6 < a.Y + a.Height;

    private static byte[] Draw(BeltScene scene, int index)
    {
        var frame = new byte[scene.Options.Width * scene.Options.Height * 3];
        scene.Draw(index, frame);
        return frame;
    }

    private static (int Left, int Top, int Right, int Bottom) Changed(byte[] frame, byte[] background, SceneTruth near)
    {
        var (left, top, right, bottom) = (int.MaxValue, int.MaxValue, -1, -1);
        for (var y = (int)near.Y - 5; y <= near.Y + near.Height + 5; y++)
        {
            for (var x = (int)near.X - 5; x <= near.X + near.Width + 5; x++)
            {
                var at = ((y * 640) + x) * 3;
                if (Enumerable.Range(at, 3).Max(i => Math.Abs(frame[i] - background[i])) > 24)
                {
                    (left, top, right, bottom) = (Math.Min(left, x), Math.Min(top, y), Math.Max(right, x + 1), Math.Max(bottom, y + 1));
                }
            }
        }

        return (left, top, right, bottom);
    }

    private static string Hash(BeltScene scene, int index) => Convert.ToHexString(SHA256.HashData(Draw(scene, index)));
}
