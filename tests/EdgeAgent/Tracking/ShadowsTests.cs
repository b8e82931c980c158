using ShiTu.EdgeAgent.Events;
using ShiTu.Inference.Detection;
using Xunit;

namespace ShiTu.EdgeAgent.Tests.Tracking;

public sealed class ShadowsTests
{
    private readonly SyntheticShop _shop = new();
    private readonly float[] _tea;
    private readonly float[] _soap;

    public ShadowsTests()
    {
        _tea = _shop.Enrol("tea");
        _soap = _shop.Enrol("soap");
        for (var i = 0; i < 8; i++)
        {
            _shop.Enrol($"item-{i}");
        }
    }

    [Fact]
    public void A_tight_and_a_loose_box_on_one_object_are_one_object()
    {
        var belt = new Belt(_shop);
        for (var i = 0; i < 24; i++)
        {
            var tight = Belt.Box(100 + (i * 40), 200);
            Detection[] boxes = (i % 5) switch { 3 => [Grown(tight)], 4 => [tight], _ => [Grown(tight), tight] };
            belt.Frame(boxes, row => _shop.LookAt(_tea, 0.5f));
        }

        belt.Empty(20);
        Assert.Equal(["belt-1 Opened unknown", "belt-1 Confirmed tea", "belt-1 Closed tea"], belt.Events.Story);
    }

    [Fact]
    public void A_box_around_two_objects_is_none_of_its_own_and_hides_none()
    {
        var belt = new Belt(_shop);
        for (var i = 0; i < 24; i++)
        {
            var tea = Belt.Box(100 + (i * 30), 150);
            var soap = Belt.Box(230 + (i * 30), 260);
            var both = new Detection(tea.X1, tea.Y1, soap.X2, soap.Y2, 0.5f);
            belt.Frame([tea, both, soap], row => row switch { 0 => _shop.LookAt(_tea, 0.4f), 1 => Mixed(), _ => _shop.LookAt(_soap, 0.4f) });
        }

        belt.Objects.CloseAll();
        Assert.Equal(["soap", "tea"], Confirmed(belt));
    }

    [Fact]
    public void A_small_object_on_a_large_one_is_an_object_of_its_own()
    {
        var belt = new Belt(_shop);
        for (var i = 0; i < 24; i++)
        {
            var large = Belt.Box(100 + (i * 30), 200);
            var small = new Detection(large.X1 + 20, large.Y1 + 20, large.X1 + 80, large.Y1 + 80, 0.7f);
            belt.Frame([large, small], row => _shop.LookAt(row == 0 ? _tea : _soap, 0.4f));
        }

        belt.Objects.CloseAll();
        Assert.Equal(["soap", "tea"], Confirmed(belt));
    }

    [Fact]
    public void Two_of_one_item_that_pass_over_one_another_stay_two()
    {
        var belt = new Belt(_shop);
        for (var i = 0; i < 28; i++)
        {
            var left = Belt.Box(100 + (i * 35), 200);
            var right = Belt.Box(1000 - (i * 35), 225);
            belt.Frame([left, right], _ => _shop.LookAt(_tea, 0.4f));
        }

        belt.Objects.CloseAll();
        Assert.Equal(2, belt.Events.Of(EventType.Opened).Count);
        Assert.Equal(["tea", "tea"], Confirmed(belt));
    }

    [Fact]
    public void A_shadow_that_moves_away_is_an_object()
    {
        var belt = new Belt(_shop);
        for (var i = 0; i < 30; i++)
        {
            var still = Belt.Box(300, 200);
            var other = i < 8 ? Grown(still) : Belt.Box(300 + ((i - 8) * 35), 200);
            belt.Frame([still, other], _ => _shop.LookAt(_tea, 0.4f));
        }

        belt.Objects.CloseAll();
        Assert.Equal(["tea", "tea"], Confirmed(belt));
    }

    private static string[] Confirmed(Belt belt) => [.. belt.Events.Of(EventType.Confirmed).Select(e => e.Verdict.Best!.Item).Order()];

    private static Detection Grown(in Detection box) => new(Math.Max(0, box.X1 - 30), box.Y1 - 40, Math.Min(Belt.Width, box.X2 + 30), box.Y2 + 40, 0.85f);

    private float[] Mixed()
    {
        var mixed = new float[SyntheticShop.Dimension];
        for (var i = 0; i < mixed.Length; i++)
        {
            mixed[i] = (_tea[i] + _soap[i]) / MathF.Sqrt(2);
        }

        return _shop.LookAt(mixed, 0.2f);
    }
}
