using ShiTu.EdgeAgent.Recognition;
using ShiTu.Index.Gallery;
using ShiTu.Index.Generations;
using ShiTu.TestKit;
using Xunit;

namespace ShiTu.EdgeAgent.Tests.Recognition;

/// <summary>The search of a frame's embeddings.</summary>
public sealed class GallerySearchTests : IAsyncLifetime
{
    private const int Dimension = 32;
    private const int Candidates = 3;
    private readonly string _folder = Directory.CreateTempSubdirectory("search").FullName;
    private readonly GalleryStore _store;
    private readonly LiveIndex _index;
    private readonly ThresholdSource _thresholds = new(new Thresholds(0.5f));

    public GallerySearchTests()
    {
        _store = GalleryStore.Open(Path.Combine(_folder, "gallery.db"), "model", Dimension);
        _store.Batch(store =>
        {
            for (var item = 0; item < 3000; item++)
            {
                store.Add(new GalleryItem($"{item}", $"label {item % 900}", null, false), [new GalleryView(Vectors(1, item), "", "test")]);
            }
        });
        _index = LiveIndex.Open(_store, new IndexOptions { Kind = "exact" });
    }

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        await _index.DisposeAsync();
        _store.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(5)]
    [InlineData(17)]
    public void Two_threads_find_what_one_finds(int count)
    {
        using var alone = Search(1);
        using var together = Search(2);
        var queries = Vectors(count, 100_000);
        var (one, two) = (new Match[count * Candidates], new Match[count * Candidates]);
        for (var round = 0; round < 20; round++)
        {
            alone.Search(queries, count, one);
            Array.Clear(two);
            Assert.Equal(_store.Generation, together.Search(queries, count, two));
            Assert.Equal(one.Select(match => match.Item!.Id), two.Select(match => match.Item!.Id));
            Assert.All(one.Zip(two), pair => Assert.Equal(pair.First.Similarity, pair.Second.Similarity, 1e-5f));
        }
    }

    [Fact]
    public void Two_threads_allocate_nothing()
    {
        using var search = Search(2);
        var queries = Vectors(5, 1);
        var matches = new Match[5 * Candidates];
        SteadyState.AllocatesNothing(() => search.Search(queries, 5, matches));
    }

    private GallerySearch Search(int threads) => new(_index, _thresholds, Candidates, 6, Dimension, threads);

    private static float[] Vectors(int count, int seed)
    {
        var random = new Random(seed);
        var vectors = new float[count * Dimension];
        for (var at = 0; at < count; at++)
        {
            var vector = vectors.AsSpan(at * Dimension, Dimension);
            for (var i = 0; i < Dimension; i++)
            {
                vector[i] = random.NextSingle() - 0.5f;
            }

            System.Numerics.Tensors.TensorPrimitives.Divide(vector, System.Numerics.Tensors.TensorPrimitives.Norm<float>(vector), vector);
        }

        return vectors;
    }
}
