using ShiTu.EdgeAgent.Capture;
using Xunit;

namespace ShiTu.EdgeAgent.Tests.Capture;

public sealed class BackOffTests
{
    [Fact]
    public void Waits_double_up_to_the_longest_with_a_fifth_of_play_and_start_again_after_success()
    {
        var backOff = new BackOff(TimeSpan.FromMilliseconds(250), TimeSpan.FromSeconds(2));
        foreach (var expected in new[] { 250, 500, 1000, 2000, 2000, 2000 })
        {
            Assert.InRange(backOff.Next().TotalMilliseconds, expected * 0.8, expected * 1.2);
        }

        for (var i = 0; i < 100_000; i++)
        {
            Assert.InRange(backOff.Next().TotalMilliseconds, 1600, 2400);
        }

        backOff.Reset();
        Assert.InRange(backOff.Next().TotalMilliseconds, 200, 300);
    }
}
