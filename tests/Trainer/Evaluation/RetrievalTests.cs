using ShiTu.Trainer.Evaluation;
using Xunit;

namespace ShiTu.Trainer.Tests.Evaluation;

public sealed class RetrievalTests
{
    private static readonly EmbeddedSet Golden = new([[1, .1f], [.9f, .3f], [.2f, 1], [.7f, .7f], [-1, .3f]], ["0", "0", "1", "1", "0"], ["1", "2", "3", "4", "5"]);

    [Fact]
    public void A_picture_never_finds_itself()
    {
        var scores = Retrieval.Score(Golden, Golden);
        Assert.Equal(0.6, scores.RecallAt1, 6);
        Assert.Equal(0.683333, scores.MeanAveragePrecision, 5);
        Assert.Equal(0.6, scores.MeanInversePenalty, 5);
    }

    [Fact]
    public void With_quirks_the_figures_are_upstreams()
    {
        var scores = Retrieval.Score(Golden, Golden, quirks: true);
        Assert.Equal(0.6, scores.RecallAt1, 6);
        Assert.Equal(0.645, scores.MeanAveragePrecision, 6);
        Assert.Equal(double.PositiveInfinity, scores.MeanInversePenalty);
    }

    [Fact]
    public void A_gallery_of_one_picture_a_label_is_enough()
    {
        var gallery = new EmbeddedSet([[1, 0], [0, 1]], ["milk", "bread"]);
        var scores = Retrieval.Score(new EmbeddedSet([[.9f, .2f], [.1f, 3], [1, 1.1f]], ["milk", "bread", "milk"]), gallery);
        Assert.Equal(2 / 3.0, scores.RecallAt1, 6);
        Assert.Equal(1, scores.RecallAt5, 6);
    }

    [Fact]
    public void Queries_without_any_match_are_left_out()
    {
        var gallery = new EmbeddedSet([[1, 0], [0, 1]], ["milk", "bread"]);
        var scores = Retrieval.Score(new EmbeddedSet([[1, 0], [0, 1]], ["milk", "soap"]), gallery);
        Assert.Equal(1, scores.RecallAt1, 6);
    }

    [Fact]
    public void Each_query_reports_its_nearest_in_order()
    {
        var seen = new List<QueryResult>();
        Retrieval.Score(new EmbeddedSet([[1, .2f]], ["a"]), new EmbeddedSet([[0, 1], [1, 0], [1, 1]], ["b", "a", "c"]), each: seen.Add);
        Assert.Equal([1, 2, 0], Assert.Single(seen).Nearest);
    }
}
