using ShiTu.EdgeAgent.Cli;
using ShiTu.Index.Gallery;
using ShiTu.Index.Generations;
using ShiTu.Index.Search;

namespace ShiTu.EdgeAgent.Bench;

/// <summary>One query against the gallery, exact and by HNSW; HNSW's recall is its share of exact's nearest neighbours.</summary>
internal static class SearchCases
{
    private const int TopK = 5;
    private const int QueryCount = 200;

    /// <summary>Measures both over <paramref name="store"/>.</summary>
    public static IEnumerable<BenchCase> Run(GalleryStore store, IndexOptions options)
    {
        var views = store.ViewCount;
        var queries = BenchGallery.Queries(store.Dimension, views, QueryCount);
        using var exact = IndexGeneration.Build(store, options with { Kind = "exact" });
        var (exactTimes, truth) = Search(exact, queries);
        yield return new BenchCase { Case = $"search {views} views exact", Engine = exact.Kind, Batch = 1, Recall = 1 }.WithTimes(exactTimes);

        using var hnsw = Graph(store, options);
        if (hnsw is null)
        {
            yield break;
        }

        var (times, found) = Search(hnsw, queries);
        var same = truth.Zip(found).Count(pair => pair.First == pair.Second);
        yield return new BenchCase { Case = $"search {views} views hnsw", Engine = hnsw.Kind, Batch = 1, Recall = (double)same / QueryCount }.WithTimes(times);
    }

    private static IndexGeneration? Graph(GalleryStore store, IndexOptions options)
    {
        try
        {
            return IndexGeneration.Build(store, options with { Kind = "hnsw" });
        }
        catch (DllNotFoundException error)
        {
            Terminal.Warn($"HNSW is left out. {error.Message}");
            return null;
        }
    }

    private static (double[] Times, int[] Nearest) Search(IndexGeneration index, float[] queries)
    {
        var hits = new SearchHit[TopK];
        var nearest = new int[QueryCount];
        var at = 0;
        var times = Stopwatches.Measure(
            () =>
            {
                var query = at++ % QueryCount;
                index.Search(queries.AsSpan(query * index.Dimension, index.Dimension), 1, TopK, hits);
                nearest[query] = hits[0].Item;
            },
            QueryCount);
        return (times, nearest);
    }
}
