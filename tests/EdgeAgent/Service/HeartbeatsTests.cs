using Microsoft.Extensions.Time.Testing;
using ShiTu.EdgeAgent.Service;
using Xunit;

namespace ShiTu.EdgeAgent.Tests.Service;

public sealed class HeartbeatsTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public void A_loop_that_neither_beats_nor_waits_is_stuck_after_the_limit()
    {
        var beats = new Heartbeats(_time);
        beats.Of("worker 0");
        _time.Advance(TimeSpan.FromSeconds(20));
        Assert.Empty(beats.Stuck(Limit));
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(["worker 0"], beats.Stuck(Limit));
    }

    [Fact]
    public void A_beat_makes_it_alive_again()
    {
        var beats = new Heartbeats(_time);
        beats.Of("b");
        beats.Of("a");
        _time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(["a", "b"], beats.Stuck(Limit));
        beats.Of("a").Beat();
        Assert.Equal(["b"], beats.Stuck(Limit));
    }

    [Fact]
    public void A_loop_that_waits_for_something_outside_owes_nothing_until_its_next_beat()
    {
        var beats = new Heartbeats(_time);
        beats.Of("camera belt").Wait();
        _time.Advance(TimeSpan.FromHours(9));
        Assert.Empty(beats.Stuck(Limit));
        beats.Of("camera belt").Beat();
        _time.Advance(TimeSpan.FromSeconds(21));
        Assert.Equal(["camera belt"], beats.Stuck(Limit));
    }
}
