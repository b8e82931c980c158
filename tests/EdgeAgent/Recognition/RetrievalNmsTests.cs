using ShiTu.EdgeAgent.Recognition;
using ShiTu.Inference.Imaging;
using Xunit;

namespace ShiTu.EdgeAgent.Tests.Recognition;

public sealed class RetrievalNmsTests
{
    [Fact]
    public void The_golden_boxes_of_feature_model_6_1_keep_their_order()
    {
        PixelRect[] boxes = [new(0, 0, 99, 99), new(10, 10, 49, 49), new(50, 50, 49, 49), new(60, 0, 39, 39)];
        var kept = new int[4];
        var count = RetrievalNms.Keep(boxes, [0.70f, 0.80f, 0.60f, 0.65f], 0.05f, kept);
        Assert.Equal([1, 3, 2], kept[..count]);
    }

    [Fact]
    public void The_whole_picture_wins_alone_where_it_scores_best()
    {
        PixelRect[] boxes = [new(10, 10, 49, 49), new(50, 50, 49, 49), new(0, 0, 100, 100)];
        var kept = new int[3];
        Assert.Equal(1, RetrievalNms.Keep(boxes, [0.70f, 0.60f, 0.75f], 0.05f, kept));
        Assert.Equal(2, kept[0]);
    }

    [Fact]
    public void The_drink_picture_of_the_docs_keeps_its_three_boxes()
    {
        PixelRect[] boxes = [new(437, 71, 223, 657), new(221, 72, 228, 629), new(794, 104, 185, 548)];
        var kept = new int[3];
        Assert.Equal(3, RetrievalNms.Keep(boxes, [0.7740249f, 0.6950992f, 0.6305153f], 0.05f, kept));
        Assert.Equal([0, 1, 2], kept);
    }

    [Fact]
    public void Equal_scores_go_by_row() => Assert.Equal([0, 1], Kept([new(0, 0, 9, 9), new(50, 0, 9, 9)], [0.5f, 0.5f]));

    [Fact]
    public void No_box_gives_no_box() => Assert.Empty(Kept([], []));

    private static int[] Kept(PixelRect[] boxes, float[] scores)
    {
        var kept = new int[boxes.Length];
        return kept[..RetrievalNms.Keep(boxes, scores, 0.05f, kept)];
    }
}
