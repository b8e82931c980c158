using ShiTu.EdgeAgent.Events;
using ShiTu.EdgeAgent.Tracking;
using ShiTu.Inference.Detection;
using ShiTu.TestKit;
using Xunit;

namespace ShiTu.EdgeAgent.Tests.Tracking;

public sealed class SceneObjectsTests
{
    private static readonly string[] Names = [.. Enumerable.Range(0, 12).Select(i => $"item-{i}")];
    private readonly SyntheticShop _shop = new();
    private readonly Dictionary<string, float[]> _vectors = [];

    public SceneObjectsTests()
    {
        foreach (var name in Names)
        {
            _vectors[name] = _shop.Enrol(name);
        }
    }

    [Fact]
    public void An_object_that_crosses_is_opened_confirmed_and_closed_once()
    {
        var belt = new Belt(_shop);
        belt.Cross(_ => Look("item-3"), frames: 35);
        belt.Empty(20);
        Assert.Equal(["belt-1 Opened unknown", "belt-1 Confirmed item-3", "belt-1 Closed item-3"], Story(belt));
        var closed = belt.Events.All[^1];
        Assert.InRange(closed.DurationMs!.Value, 3200, 3500);
        Assert.True(belt.Events.All[1].Looks >= 3);
        Assert.Equal(1f, closed.Agreement, 0.01f);
    }

    [Fact]
    public void A_stranger_ends_unknown_with_its_nearest_item_as_candidate()
    {
        var stranger = _shop.Draw();
        var belt = new Belt(_shop);
        belt.Cross(_ => _shop.LookAt(stranger, 0.4f), frames: 35);
        belt.Empty(20);
        var confirmed = Assert.Single(belt.Events.Of(EventType.Confirmed));
        Assert.Equal(Decision.Unknown, confirmed.Verdict.Decision);
        Assert.NotNull(confirmed.Verdict.Best);
        Assert.Contains("below the threshold", confirmed.Verdict.Reason, StringComparison.Ordinal);
        Assert.Equal(Decision.Unknown, belt.Events.All[^1].Verdict.Decision);
    }

    [Fact]
    public void A_few_missed_frames_make_no_new_object()
    {
        var belt = new Belt(_shop);
        belt.Cross(i => i % 7 is 3 or 4 or 5 ? null : Look("item-1"), frames: 35);
        belt.Empty(20);
        Assert.Single(belt.Events.Of(EventType.Opened));
        Assert.Single(belt.Events.Of(EventType.Closed));
    }

    [Fact]
    public void A_single_wrong_box_is_no_object()
    {
        var belt = new Belt(_shop);
        belt.Frame([Belt.Box(400, 300)], _ => Look("item-1"));
        belt.Empty(20);
        Assert.Empty(belt.Events.All);
    }

    [Fact]
    public void An_object_that_was_hidden_and_comes_back_elsewhere_is_known_by_its_looks()
    {
        var belt = new Belt(_shop);
        for (var i = 0; i < 10; i++)
        {
            belt.Frame([Belt.Box(200, 200)], _ => Look("item-1"));
        }

        belt.Empty(7);
        for (var i = 0; i < 10; i++)
        {
            belt.Frame([Belt.Box(620, 260)], _ => Look("item-1"));
        }

        Assert.Single(belt.Events.Of(EventType.Opened));
        Assert.Equal(1, belt.Objects.Live().Length);
    }

    [Fact]
    public void Two_objects_that_meet_keep_their_items()
    {
        var belt = new Belt(_shop);
        for (var i = 0; i < 28; i++)
        {
            var left = Belt.Box(100 + (i * 35), 200);
            var right = Belt.Box(1000 - (i * 35), 260);
            string[] items = ["item-1", "item-2"];
            Detection[] boxes = i % 2 == 0 ? [left, right] : [right, left];
            belt.Frame(boxes, row => Look(items[(row + i) % 2]));
        }

        belt.Objects.CloseAll();
        Assert.Equal(["belt-1 Confirmed item-1", "belt-2 Confirmed item-2"], Story(belt).Where(line => line.Contains("Confirmed", StringComparison.Ordinal)).Order());
        Assert.Empty(belt.Events.Of(EventType.Changed));
        Assert.Equal(2, belt.Events.Of(EventType.Closed).Count);
    }

    [Fact]
    public void A_still_object_is_not_embedded_again_each_frame()
    {
        var belt = new Belt(_shop);
        for (var i = 0; i < 300; i++)
        {
            belt.Frame([Belt.Box(500, 200)], _ => Look("item-5"));
        }

        Assert.InRange(belt.Looks, 3, 12);
        Assert.Single(belt.Events.Of(EventType.Confirmed));
        Assert.Empty(belt.Events.Of(EventType.Closed));
    }

    [Fact]
    public void A_still_object_that_the_gate_hides_stays_open()
    {
        var belt = new Belt(_shop);
        for (var i = 0; i < 10; i++)
        {
            belt.Frame([Belt.Box(500, 200)], _ => Look("item-5"));
        }

        for (var i = 0; i < 600; i++)
        {
            belt.Objects.Stay(belt.Now += belt.Step);
        }

        Assert.Empty(belt.Events.Of(EventType.Closed));
        belt.Empty(15);
        Assert.InRange(Assert.Single(belt.Events.Of(EventType.Closed)).DurationMs!.Value, 60_000, 61_500);
    }

    [Fact]
    public void Looks_at_the_edge_do_not_decide()
    {
        var belt = new Belt(_shop);
        belt.Cross(i => Look(-100 + (i * 20) < 4 ? "item-9" : "item-2"), speed: 20, frames: 60);
        Assert.Equal("item-2", Assert.Single(belt.Events.Of(EventType.Confirmed)).Verdict.Best!.Item);
    }

    [Fact]
    public void One_lucky_wrong_look_does_not_decide()
    {
        var belt = new Belt(_shop);
        belt.Cross(i => Look(i == 6 ? "item-9" : "item-2"), frames: 35);
        belt.Objects.CloseAll();
        Assert.Equal("item-2", Assert.Single(belt.Events.Of(EventType.Confirmed)).Verdict.Best!.Item);
        Assert.Empty(belt.Events.Of(EventType.Changed));
    }

    [Fact]
    public void Looks_that_never_agree_are_ambiguous_or_unknown_but_never_recognised()
    {
        var belt = new Belt(_shop);
        belt.Cross(i => Look($"item-{i % 4}"), frames: 35);
        belt.Objects.CloseAll();
        Assert.All(belt.Events.Of(EventType.Confirmed), e => Assert.NotEqual(Decision.Recognised, e.Verdict.Decision));
    }

    [Fact]
    public void Weak_looks_that_agree_are_recognised_by_their_mean()
    {
        var belt = new Belt(_shop);
        belt.Cross(i => _shop.LookAt(_vectors["item-4"], i % 2 == 0 ? 0.82f : 0.4f), frames: 35);
        belt.Objects.CloseAll();
        Assert.Equal("item-4", Assert.Single(belt.Events.Of(EventType.Confirmed)).Verdict.Best!.Item);
    }

    [Fact]
    public void An_object_exchanged_in_its_place_is_changed()
    {
        var belt = new Belt(_shop, new TrackingOptions { RecheckEvery = TimeSpan.FromMilliseconds(500) });
        for (var i = 0; i < 60; i++)
        {
            belt.Frame([Belt.Box(500, 200)], _ => Look("item-5"));
        }

        for (var i = 0; i < 40; i++)
        {
            belt.Frame([Belt.Box(500, 200)], _ => Look("item-6"));
        }

        Assert.Equal(["belt-1 Opened unknown", "belt-1 Confirmed item-5", "belt-1 Changed item-6"], Story(belt));
    }

    [Fact]
    public void An_unknown_object_is_recognised_as_soon_as_its_item_is_enrolled()
    {
        var novelty = _shop.Draw();
        var belt = new Belt(_shop);
        for (var i = 0; i < 30; i++)
        {
            belt.Frame([Belt.Box(500, 200)], _ => _shop.LookAt(novelty, 0.3f));
        }

        Assert.Equal(Decision.Unknown, Assert.Single(belt.Events.Of(EventType.Confirmed)).Verdict.Decision);
        _shop.Enrol("novelty", novelty);
        belt.Frame([Belt.Box(500, 200)], _ => _shop.LookAt(novelty, 0.3f));
        var changed = Assert.Single(belt.Events.Of(EventType.Changed));
        Assert.Equal("novelty", changed.Verdict.Best!.Item);
        Assert.Equal(_shop.Generation, changed.GalleryGeneration);
    }

    [Fact]
    public void A_camera_that_was_away_for_a_moment_opens_nothing_twice()
    {
        var belt = new Belt(_shop);
        Stand(belt, 20);
        belt.Now += TimeSpan.FromSeconds(20);
        Stand(belt, 20);
        Assert.Single(belt.Events.Of(EventType.Opened));
        belt.Now += TimeSpan.FromMinutes(5);
        Stand(belt, 20);
        Assert.Equal(["belt-1", "belt-2"], belt.Events.Of(EventType.Opened).Select(e => e.Object));
        Assert.InRange(Assert.Single(belt.Events.Of(EventType.Closed)).DurationMs!.Value, 23_000, 25_000);
    }

    [Fact]
    public void A_jump_of_the_wall_clock_changes_no_decision()
    {
        var belt = new Belt(_shop);
        belt.Cross(
            i =>
            {
                belt.Clock.SetUtcNow(belt.Clock.GetUtcNow().AddDays(i == 10 ? 400 : 0));
                return Look("item-3");
            },
            frames: 35);
        belt.Empty(20);
        Assert.Equal(["belt-1 Opened unknown", "belt-1 Confirmed item-3", "belt-1 Closed item-3"], Story(belt));
        Assert.InRange(belt.Events.All[^1].DurationMs!.Value, 3200, 3500);
    }

    [Fact]
    public void One_that_left_after_too_few_looks_is_closed_without_a_verdict()
    {
        var belt = new Belt(_shop);
        belt.Frame([Belt.Box(500, 200)], _ => Look("item-1"));
        belt.Frame([Belt.Box(540, 200)], _ => Look("item-1"));
        belt.Empty(20);
        Assert.Empty(belt.Events.Of(EventType.Confirmed));
        var closed = Assert.Single(belt.Events.Of(EventType.Closed));
        Assert.Equal(Decision.Unknown, closed.Verdict.Decision);
        Assert.Equal("2 looks, 3 needed", closed.Verdict.Reason);
    }

    [Fact]
    public void A_busy_belt_gives_every_object_its_item()
    {
        var lot = new Random(3);
        var belt = new Belt(_shop);
        for (var frame = 0; frame < 400; frame++)
        {
            var boxes = new List<Detection>();
            var shown = new List<string>();
            for (var k = 0; k < 20; k++)
            {
                var x = -160 + ((frame - (k * 17)) * 30f);
                if (x > -100 && x < Belt.Width - 60 && lot.NextDouble() > 0.1)
                {
                    boxes.Add(Belt.Box(x + lot.Next(-6, 7), 100 + (k % 2 * 250) + lot.Next(-6, 7), 0.5f + (0.4f * lot.NextSingle())));
                    shown.Add(Names[k % Names.Length]);
                }
            }

            belt.Frame([.. boxes], row => _shop.LookAt(_vectors[shown[row]], 0.5f));
        }

        belt.Empty(20);
        Assert.Equal(20, belt.Events.Of(EventType.Opened).Count);
        Assert.Equal(Enumerable.Range(0, 20).Select(k => Names[k % Names.Length]), belt.Events.Of(EventType.Confirmed).Select(e => e.Verdict.Best!.Item));
        Assert.Empty(belt.Events.Of(EventType.Changed));
        Assert.Equal(20, belt.Events.Of(EventType.Closed).Count);
    }

    [Fact]
    public void The_same_scene_gives_the_same_events() => Assert.Equal(Run(), Run());

    [Fact]
    public void Frames_in_which_nothing_happens_allocate_nothing()
    {
        var belt = new Belt(_shop, new TrackingOptions { RecheckEvery = TimeSpan.FromMilliseconds(200) });
        var look = Look("item-5");
        Func<int, float[]> same = _ => look;
        Detection[] boxes = [Belt.Box(500, 200), Belt.Box(900, 300)];
        for (var i = 0; i < 200; i++)
        {
            belt.Frame(boxes, same);
        }

        SteadyState.AllocatesNothing(() =>
        {
            for (var i = 0; i < 300; i++)
            {
                belt.Frame(boxes, same);
                belt.Objects.Stay(belt.Now);
                _ = belt.Objects.Live().Length;
            }
        });
    }

    private static IReadOnlyList<string> Story(Belt belt) => belt.Events.Story;

    private static IReadOnlyList<string> Run()
    {
        var shop = new SyntheticShop(Names);
        var belt = new Belt(shop);
        var vector = shop.Draw();
        belt.Cross(_ => shop.LookAt(vector, 0.6f));
        belt.Objects.CloseAll();
        return [.. belt.Events.All.Select(e => $"{e.Type} {e.Verdict.Best?.Similarity} {e.Box} {e.Agreement}")];
    }

    private void Stand(Belt belt, int frames)
    {
        for (var i = 0; i < frames; i++)
        {
            belt.Frame([Belt.Box(500, 200)], _ => Look("item-5"));
        }
    }

    private float[] Look(string item) => _shop.LookAt(_vectors[item], 0.4f);
}
