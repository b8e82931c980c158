using ShiTu.EdgeAgent.Pipeline;
using ShiTu.TestKit;
using Xunit;

namespace ShiTu.EdgeAgent.Tests.Pipeline;

public sealed class LatencyHistogramTests
{
    [Fact]
    public void Percentiles_are_within_a_sixteenth_of_the_exact_ones()
    {
        var histogram = new LatencyHistogram();
        for (var i = 1; i <= 10_000; i++)
        {
            histogram.Add(TimeSpan.FromMicroseconds(i * 7));
        }

        Assert.Equal(10_000, histogram.Count);
        foreach (var share in new[] { 0.01, 0.5, 0.9, 0.99, 1 })
        {
            Assert.InRange(histogram.Percentile(share).TotalMicroseconds / (share * 70_000), 15 / 16.0, 17 / 16.0);
        }
    }

    [Fact]
    public void Extremes_are_counted_and_nothing_is_allocated()
    {
        var histogram = new LatencyHistogram();
        SteadyState.AllocatesNothing(() =>
        {
            histogram.Add(TimeSpan.Zero);
            histogram.Add(TimeSpan.FromTicks(-5));
            histogram.Add(TimeSpan.FromDays(2));
        });
        Assert.Equal(TimeSpan.Zero, histogram.Percentile(0.5));
        Assert.InRange(histogram.Percentile(1).TotalHours, 0.9, 1.1);
    }

    [Fact]
    public void An_empty_one_says_zero() => Assert.Equal(TimeSpan.Zero, new LatencyHistogram().Percentile(0.99));
}
