using ShiTu.EdgeAgent.Recognition;
using ShiTu.Inference.Detection;
using ShiTu.Inference.Imaging;
using Xunit;

namespace ShiTu.EdgeAgent.Tests.Recognition;

public sealed class DetectionFilterTests
{
    [Theory]
    [InlineData(10.9f, 20.9f, 30.9f, 40.9f, 10, 20, 20, 20)]
    [InlineData(-5f, -5f, 200f, 200f, 0, 0, 100, 80)]
    [InlineData(99.7f, 79.9f, 100f, 80f, 99, 79, 1, 1)]
    [InlineData(50.2f, 50.2f, 50.4f, 50.4f, 50, 50, 1, 1)]
    public void Boxes_are_truncated_and_clipped_to_the_picture(float x1, float y1, float x2, float y2, int x, int y, int w, int h) =>
        Assert.Equal(new PixelRect(x, y, w, h), DetectionFilter.ToRect(new Detection(x1, y1, x2, y2, 0.5f), 100, 80));

    [Fact]
    public void A_part_of_a_stronger_box_is_dropped_and_a_box_around_a_stronger_one_stays()
    {
        Detection[] found = [new(10, 10, 50, 50, 0.9f), new(12, 12, 30, 30, 0.8f), new(0, 0, 100, 100, 0.7f), new(45, 45, 80, 80, 0.6f)];
        var kept = DetectionFilter.DropNested(found, 0.9f);
        Assert.Equal([0.9f, 0.7f], found[..kept].Select(detection => detection.Score));
        Assert.Equal(2, DetectionFilter.DropNested([new(0, 0, 10, 10, 0.9f), new(1, 1, 5, 5, 0.8f)], 1f));
    }
}
