using ShiTu.Index.Search;
using Xunit;

namespace ShiTu.Index.Tests.Search;

public sealed class TopLabelsTests
{
    [Fact]
    public void Any_order_of_offers_gives_what_sorting_gives()
    {
        var random = new Random(3);
        for (var round = 0; round < 300; round++)
        {
            var items = random.Next(1, 12);
            int[] labels = [.. Enumerable.Range(0, items).Select(_ => random.Next(6))];
            // Few distinct similarities: ties everywhere.
            var views = Enumerable.Range(0, 40).Select(_ => (Item: random.Next(items), Similarity: random.Next(8) / 8f)).ToArray();
            var expected = views
                .OrderByDescending(view => view.Similarity).ThenBy(view => view.Item)
                .DistinctBy(view => labels[view.Item])
                .Take(4)
                .Select(view => new SearchHit(view.Item, view.Similarity));
            random.Shuffle(views);
            var hits = new SearchHit[4];
            TopLabels.Clear(hits);
            foreach (var (item, similarity) in views)
            {
                TopLabels.Offer(hits, item, similarity, labels);
            }

            Assert.Equal(expected, hits.Where(hit => hit.Item >= 0));
        }
    }

    [Fact]
    public void What_is_no_number_is_no_hit()
    {
        var hits = new SearchHit[2];
        TopLabels.Clear(hits);
        TopLabels.Offer(hits, 0, float.NaN, [0]);
        Assert.All(hits, hit => Assert.Equal(-1, hit.Item));
    }
}
