using ShiTu.Index.Gallery;
using ShiTu.Index.Generations;
using ShiTu.Index.Search;
using ShiTu.TestKit;
using Xunit;
using static ShiTu.Index.Tests.TemporaryGallery;

namespace ShiTu.Index.Tests.Search;

public sealed class IndexGenerationTests
{
    private const int Dimension = 64;

    [Fact]
    public void Exact_search_equals_brute_force_on_ten_thousand_vectors()
    {
        using var gallery = Random(10_000, labels: 700, seed: 1);
        using var index = IndexGeneration.Build(gallery.Store, new IndexOptions { Kind = "exact" }, TestContext.Current.CancellationToken);
        var queries = RandomVectors(37, seed: 2);
        var hits = new SearchHit[37 * 5];
        index.Search(queries, 37, 5, hits);
        var labels = index.Items.Select(item => item.Label).ToArray();
        for (var query = 0; query < 37; query++)
        {
            var expected = index.Items
                .Select(item => (item.Label, Best: gallery.Store.Views(item.Id).Max(view => Dot(view.Vector, queries.AsSpan(query * Dimension, Dimension)))))
                .GroupBy(pair => pair.Label)
                .Select(group => (Label: group.Key, Best: group.Max(pair => pair.Best)))
                .OrderByDescending(pair => pair.Best)
                .Take(5)
                .ToArray();
            for (var at = 0; at < 5; at++)
            {
                Assert.Equal(expected[at].Label, labels[hits[(query * 5) + at].Item]);
                Assert.Equal(expected[at].Best, hits[(query * 5) + at].Similarity, 1e-5f);
            }

            if (query == 4)
            {
                break;
            }
        }

        // Queries in groups of four and single ones go through different kernels: all must agree.
        var single = new SearchHit[5];
        for (var query = 0; query < 37; query++)
        {
            index.Search(queries.AsSpan(query * Dimension, Dimension), 1, 5, single);
            Assert.Equal(hits.AsSpan(query * 5, 5).ToArray().Select(hit => hit.Item), single.Select(hit => hit.Item));
        }
    }

    [Fact]
    public void A_label_appears_once_with_its_best_view()
    {
        using var gallery = new TemporaryGallery();
        gallery.Store.Add(Item("a1", "A"), [View(1, 0, 0, 0), View(0.9f, 0.1f, 0, 0)]);
        gallery.Store.Add(Item("a2", "A"), [View(0.95f, 0.05f, 0, 0)]);
        gallery.Store.Add(Item("b", "B"), [View(0, 1, 0, 0)]);
        using var index = IndexGeneration.Build(gallery.Store, new IndexOptions(), TestContext.Current.CancellationToken);
        var hits = new SearchHit[4];
        index.Search([1, 0, 0, 0], 1, 4, hits);
        Assert.Equal(["a1", "b"], hits.Where(hit => hit.Item >= 0).Select(hit => index.Items[hit.Item].Id));
        Assert.Equal(1f, hits[0].Similarity, 1e-6f);
    }

    [Theory]
    [InlineData("exact")]
    [InlineData("hnsw")]
    public void An_empty_gallery_finds_nothing(string kind)
    {
        using var gallery = new TemporaryGallery();
        using var index = IndexGeneration.Build(gallery.Store, new IndexOptions { Kind = kind }, TestContext.Current.CancellationToken);
        var hits = new SearchHit[3];
        index.Search([1, 0, 0, 0], 1, 3, hits);
        Assert.All(hits, hit => Assert.Equal(-1, hit.Item));
    }

    [Theory]
    [InlineData("exact")]
    [InlineData("hnsw")]
    public void Leave_one_out_on_the_drink_gallery_finds_946_of_987(string kind)
    {
        var (vectors, labels) = Drinks();
        using var gallery = new TemporaryGallery(512);
        gallery.Store.Batch(store =>
        {
            for (var row = 0; row < labels.Length; row++)
            {
                store.Add(Item($"{row:0000}", $"{row:0000}"), [View(vectors.AsSpan(row * 512, 512).ToArray())]);
            }
        });
        using var index = IndexGeneration.Build(gallery.Store, new IndexOptions { Kind = kind }, TestContext.Current.CancellationToken);
        Assert.Equal(kind, index.Kind);
        var hits = new SearchHit[labels.Length * 2];
        index.Search(vectors, labels.Length, 2, hits);
        var right = Enumerable.Range(0, labels.Length).Count(row =>
        {
            var other = hits[row * 2].Item == row ? hits[(row * 2) + 1].Item : hits[row * 2].Item;
            return labels[other] == labels[row];
        });
        Assert.InRange(right, kind == "exact" ? 946 : 943, kind == "exact" ? 946 : 949);
    }

    [Fact]
    public void More_threads_than_the_graph_has_slots_all_get_their_answer()
    {
        using var gallery = Random(2000, labels: 2000, seed: 9);
        using var index = IndexGeneration.Build(gallery.Store, new IndexOptions { Kind = "hnsw" }, TestContext.Current.CancellationToken);
        var vectors = RandomVectors(2000, seed: 9);
        using var together = new Barrier(100);
        var found = new int[100];
        var threads = Enumerable.Range(0, 100).Select(number => new Thread(() =>
        {
            var hits = new SearchHit[1];
            together.SignalAndWait();
            for (var round = 0; round < 20; round++)
            {
                var view = (number * 20) + round;
                index.Search(vectors.AsSpan(view * Dimension, Dimension), 1, 1, hits);
                found[number] += hits[0].Item == view ? 1 : 0;
            }
        })).ToArray();
        Array.ForEach(threads, thread => thread.Start());
        Array.ForEach(threads, thread => thread.Join());
        Assert.All(found, right => Assert.Equal(20, right));
    }

    [Theory]
    [InlineData("exact", false)]
    [InlineData("exact", true)]
    [InlineData("hnsw", false)]
    [InlineData("hnsw", true)]
    public async Task Parts_of_a_search_come_together_to_what_the_whole_finds(string kind, bool patched)
    {
        using var gallery = Random(2500, labels: 300, seed: 21);
        await using var live = LiveIndex.Open(gallery.Store, new IndexOptions { Kind = kind });
        while (kind == "hnsw" && Kind(live) != "hnsw")
        {
            await Task.Delay(20, TestContext.Current.CancellationToken);
        }

        if (patched)
        {
            gallery.Store.Remove(gallery.Store.Items()[7].Id);
            gallery.Store.Add(Item("beside", "label 3"), [View(RandomVectors(1, seed: 22))]);
            await live.RefreshAsync(TestContext.Current.CancellationToken);
        }

        using var lease = live.Borrow();
        Assert.Equal(patched, lease.Index.IsPatched);
        var queries = RandomVectors(7, seed: 22);
        var (whole, one, other) = (new SearchHit[35], new SearchHit[35], new SearchHit[35]);
        lease.Index.Search(queries, 7, 5, whole);
        Assert.All(whole, hit => Assert.True(hit.Item >= 0));
        for (var parts = 1; parts <= 3; parts++)
        {
            lease.Index.SearchPart(queries, 7, 5, one, 0, parts);
            for (var part = 1; part < parts; part++)
            {
                lease.Index.SearchPart(queries, 7, 5, other, part, parts);
                lease.Index.Merge(one, other, 5);
            }

            // Single queries and groups of four go through different kernels: the last bit may differ.
            Assert.Equal(whole.Select(hit => hit.Item), one.Select(hit => hit.Item));
        }
    }

    [Fact]
    public void Searching_allocates_nothing()
    {
        using var gallery = Random(2000, labels: 50, seed: 5);
        using var exact = IndexGeneration.Build(gallery.Store, new IndexOptions { Kind = "exact" }, TestContext.Current.CancellationToken);
        using var hnsw = IndexGeneration.Build(gallery.Store, new IndexOptions { Kind = "hnsw" }, TestContext.Current.CancellationToken);
        var queries = RandomVectors(6, seed: 6);
        var hits = new SearchHit[30];
        foreach (var index in new[] { exact, hnsw })
        {
            SteadyState.AllocatesNothing(() => index.Search(queries, 6, 5, hits));
        }
    }

    [Fact]
    [Trait("Speed", "slow")]
    public void Hnsw_recall_at_100k_is_at_least_99_percent()
    {
        using var gallery = Random(100_000, labels: 100_000, seed: 7, clusters: 5000);
        using var exact = IndexGeneration.Build(gallery.Store, new IndexOptions { Kind = "exact" }, TestContext.Current.CancellationToken);
        using var hnsw = IndexGeneration.Build(gallery.Store, new IndexOptions(), TestContext.Current.CancellationToken);
        Assert.Equal("hnsw", hnsw.Kind);
        var queries = RandomVectors(1000, seed: 8, clusters: 5000, clusterSeed: 7);
        var (truth, found) = (new SearchHit[1000], new SearchHit[1000]);
        exact.Search(queries, 1000, 1, truth);
        hnsw.Search(queries, 1000, 1, found);
        Assert.InRange(truth.Zip(found).Count(pair => pair.First.Item == pair.Second.Item), 990, 1000);
    }

    private static string Kind(LiveIndex live)
    {
        using var lease = live.Borrow();
        return lease.Index.Kind;
    }

    private static float Dot(float[] left, ReadOnlySpan<float> right) => System.Numerics.Tensors.TensorPrimitives.Dot(left, right);

    private static TemporaryGallery Random(int views, int labels, int seed, int clusters = 0)
    {
        var gallery = new TemporaryGallery(Dimension);
        var vectors = RandomVectors(views, seed, clusters, seed);
        gallery.Store.Batch(store =>
        {
            foreach (var group in Enumerable.Range(0, views).GroupBy(view => view % labels))
            {
                store.Add(Item($"{group.Key:000000}"), [.. group.Select(view => View(vectors.AsSpan(view * Dimension, Dimension).ToArray()))]);
            }
        });
        return gallery;
    }

    private static float[] RandomVectors(int count, int seed, int clusters = 0, int clusterSeed = 0)
    {
        var centres = clusters == 0 ? [] : Gaussian(new Random(clusterSeed + 1000), clusters * Dimension);
        var random = new Random(seed);
        var vectors = Gaussian(random, count * Dimension);
        for (var row = 0; row < count; row++)
        {
            var vector = vectors.AsSpan(row * Dimension, Dimension);
            if (clusters > 0)
            {
                var centre = centres.AsSpan(random.Next(clusters) * Dimension, Dimension);
                for (var at = 0; at < Dimension; at++)
                {
                    vector[at] = centre[at] + (0.5f * vector[at]);
                }
            }

            System.Numerics.Tensors.TensorPrimitives.Divide(vector, System.Numerics.Tensors.TensorPrimitives.Norm<float>(vector), vector);
        }

        return vectors;
    }

    private static float[] Gaussian(Random random, int count)
    {
        var values = new float[count];
        for (var at = 0; at < count; at++)
        {
            values[at] = (float)(Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble()));
        }

        return values;
    }
}
