using ShiTu.Inference.Detection;
using Xunit;

namespace ShiTu.Inference.Tests.Detection;

/// <summary>The goldens of <c>detector.md</c> 2.1, 2.2 and 2.4.</summary>
public sealed class BoxDecoderTests
{
    [Fact]
    public void The_integral_over_the_golden_logits_is_the_golden_distance() =>
        Assert.Equal(3.0344875f, BoxDecoder.Integral([0, 1, 2, 3, 2, 1, 0, -1]), 1e-5f);

    [Fact]
    public void A_640_input_has_8500_anchor_points_and_a_416_input_3598()
    {
        Assert.Equal(8500, new BoxDecoder(640, 640, [8, 16, 32, 64]).AnchorPoints);
        Assert.Equal(3598, new BoxDecoder(416, 416, [8, 16, 32, 64]).AnchorPoints);
    }

    [Fact]
    public void The_golden_distances_give_the_golden_box_in_source_pixels()
    {
        // Stride 16, column 5, row 3, distances 1.5, 2.25, 3.25, 0.5; source 1280x960.
        var decoder = new BoxDecoder(640, 640, [16]);
        var map = Map(40, (3 * 40) + 5, logit: 2f, [1.5f, 2.25f, 3.25f, 0.5f]);
        decoder.Start();
        decoder.Decode(0, map, 0.2f, 1280, 960);
        decoder.Sort(10);
        var box = Assert.Single(decoder.Candidates.ToArray());
        Assert.Equal(128, box.X1, 0.05f);
        Assert.Equal(30, box.Y1, 0.05f);
        Assert.Equal(280, box.X2, 0.05f);
        Assert.Equal(96, box.Y2, 0.05f);
        Assert.Equal(0.880797f, box.Score, 1e-5f);
    }

    [Fact]
    public void A_score_equal_to_the_threshold_is_no_candidate()
    {
        var decoder = new BoxDecoder(64, 64, [16]);
        decoder.Start();
        decoder.Decode(0, Map(4, 5, logit: 0f, [1, 1, 1, 1]), 0.5f, 64, 64);
        Assert.True(decoder.Candidates.IsEmpty);
    }

    [Fact]
    public void Boxes_are_clipped_to_the_picture_and_sorted_with_ties_in_order_of_anchor_points()
    {
        var decoder = new BoxDecoder(64, 64, [16]);
        var map = Map(4, 0, 1f, [3, 3, 3, 3]);
        foreach (var (cell, logit) in new[] { (5, 2f), (10, 1f), (15, 3f) })
        {
            map[cell] = logit;
            Distances(map, 16, cell, [3, 3, 3, 3]);
        }

        decoder.Start();
        decoder.Decode(0, map, 0.2f, 64, 64);
        decoder.Sort(3);
        var found = decoder.Candidates.ToArray();
        Assert.Equal(3, found.Length);
        Assert.True(found[0].Score > found[1].Score && found[1].Score > found[2].Score);
        Assert.Equal((0f, 0f), (found[2].X1, found[2].Y1));
        Assert.All(found, box => Assert.True(box is { X1: >= 0, Y1: >= 0, X2: <= 64, Y2: <= 64 }));
    }

    [Fact]
    public void Sorting_equals_a_stable_sort()
    {
        var random = new Random(11);
        var decoder = new BoxDecoder(416, 416, [8]);
        var map = new float[BoxDecoder.Channels * 52 * 52];
        for (var cell = 0; cell < 52 * 52; cell++)
        {
            map[cell] = random.Next(-2, 6) * 0.5f;
        }

        decoder.Start();
        decoder.Decode(0, map, 0.3f, 416, 416);
        var expected = decoder.Candidates.ToArray().OrderByDescending(box => box.Score).ToArray();
        decoder.Sort(int.MaxValue);
        Assert.Equal(expected, decoder.Candidates.ToArray());
    }

    [Fact]
    public void The_golden_boxes_survive_suppression_as_specified()
    {
        Inference.Detection.Detection[] boxes =
        [
            new(0, 0, 10, 10, .9f), new(1, 1, 11, 11, .8f), new(0, 0, 10, 6, .7f), new(2, 2, 12, 12, .6f),
        ];
        var kept = new Inference.Detection.Detection[100];
        var count = NonMaximumSuppression.Apply(boxes, 0.6f, kept);
        Assert.Equal([boxes[0], boxes[2], boxes[3]], kept[..count]);
    }

    [Fact]
    public void Boxes_under_one_pixel_are_dropped() =>
        Assert.Equal(0, NonMaximumSuppression.Apply([new Inference.Detection.Detection(5, 5, 5.5f, 20, .9f)], 0.6f, new Inference.Detection.Detection[1]));

    private static float[] Map(int side, int cell, float logit, float[] distances)
    {
        var map = new float[BoxDecoder.Channels * side * side];
        map.AsSpan(0, side * side).Fill(-10);
        map[cell] = logit;
        Distances(map, side * side, cell, distances);
        return map;
    }

    // Two neighbouring bins far above the rest share the distance between them.
    private static void Distances(float[] map, int cells, int cell, float[] distances)
    {
        for (var side = 0; side < 4; side++)
        {
            var low = (int)MathF.Floor(distances[side]);
            var share = distances[side] - low;
            for (var bin = 0; bin < BoxDecoder.Bins; bin++)
            {
                var weight = bin == low ? 1 - share : bin == low + 1 ? share : 0;
                map[((1 + (side * BoxDecoder.Bins) + bin) * cells) + cell] = weight > 0 ? MathF.Log(weight) : -30;
            }
        }
    }
}
