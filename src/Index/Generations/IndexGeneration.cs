using ShiTu.Index.Gallery;
using ShiTu.Index.Search;
using ShiTu.Index.Storage;

namespace ShiTu.Index.Generations;

/// <summary>An immutable index over one state of the gallery: exact up to the crossover, HNSW above. Any number of readers.</summary>
public sealed class IndexGeneration : IDisposable
{
    /// <summary>Most hits a query.</summary>
    public const int MaxTopK = 32;

    private readonly IVectorSearch _search;
    private int _readers = 1;
    private int _disposed;

    private IndexGeneration(GallerySnapshot snapshot, IVectorSearch search)
    {
        Generation = snapshot.Generation;
        ContentHash = snapshot.ContentHash;
        Items = snapshot.Items;
        ViewCount = snapshot.ItemOfView.Length;
        Dimension = snapshot.Dimension;
        _search = search;
    }

    /// <summary>The gallery generation it was built from.</summary>
    public long Generation { get; }

    /// <summary>Hash of the content it was built from, lower-case hex.</summary>
    public string ContentHash { get; }

    /// <summary>The items, in the order hits refer to.</summary>
    public IReadOnlyList<GalleryItem> Items { get; }

    /// <summary>Number of views.</summary>
    public int ViewCount { get; }

    /// <summary>Floats a vector.</summary>
    public int Dimension { get; }

    /// <summary><c>exact</c> or <c>hnsw</c>.</summary>
    public string Kind => _search.Kind;

    /// <summary>Builds from one read transaction and checks row count and content hash.</summary>
    /// <param name="store">The gallery.</param>
    /// <param name="options">Kind and parameters.</param>
    /// <param name="cancellation">Ends the building.</param>
    /// <exception cref="GalleryException">The gallery's rows do not fit together.</exception>
    public static IndexGeneration Build(GalleryStore store, IndexOptions options, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(store);
        ArgumentNullException.ThrowIfNull(options);
        return Build(store.Snapshot(), options, cancellation);
    }

    /// <summary>For each query the <paramref name="topK"/> best distinct labels (a label's score is its best view), best first; unfilled places have item -1. Of equal similarities the item that comes first is ahead. Allocates nothing.</summary>
    /// <param name="queries"><paramref name="count"/> rows of unit vectors.</param>
    /// <param name="count">Number of queries.</param>
    /// <param name="topK">Hits a query, 1..32.</param>
    /// <param name="hits">Receives <c>count * topK</c> hits.</param>
    public void Search(ReadOnlySpan<float> queries, int count, int topK, Span<SearchHit> hits)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(topK, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(topK, MaxTopK);
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        if (queries.Length < (long)count * Dimension || hits.Length < (long)count * topK)
        {
            throw new ArgumentException($"{count} queries of {Dimension} floats with {topK} hits each need more than {queries.Length} floats and {hits.Length} hits.");
        }

        hits = hits[..(count * topK)];
        TopLabels.Clear(hits);
        if (ViewCount > 0 && count > 0)
        {
            _search.Search(queries, count, topK, hits);
        }
    }

    /// <summary>Gives up the builder's hold; the memory goes when the last reader is done.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 0)
        {
            Release();
        }
    }

    /// <summary>Builds over a state that was read already.</summary>
    internal static IndexGeneration Build(GallerySnapshot snapshot, IndexOptions options, CancellationToken cancellation)
    {
        var labels = new Dictionary<string, int>(StringComparer.Ordinal);
        var labelOfItem = new int[snapshot.Items.Count];
        for (var row = 0; row < labelOfItem.Length; row++)
        {
            var label = snapshot.Items[row].Label;
            if (!labels.TryGetValue(label, out var number))
            {
                labels.Add(label, number = labels.Count);
            }

            labelOfItem[row] = number;
        }

        var vectors = new VectorTable(snapshot.Vectors, snapshot.Dimension);
        try
        {
            IVectorSearch search = options.WantsGraph(snapshot.ItemOfView.Length)
                ? new HnswSearch(vectors, snapshot.ItemOfView, labelOfItem, options, cancellation)
                : new ExactSearch(vectors, snapshot.ItemOfView, labelOfItem);
            return new IndexGeneration(snapshot, search);
        }
        catch
        {
            vectors.Dispose();
            throw;
        }
    }

    /// <summary>Takes hold; false where the last reader has gone already.</summary>
    internal bool TryHold()
    {
        while (true)
        {
            var readers = Volatile.Read(ref _readers);
            if (readers == 0)
            {
                return false;
            }

            if (Interlocked.CompareExchange(ref _readers, readers + 1, readers) == readers)
            {
                return true;
            }
        }
    }

    /// <summary>Lets go.</summary>
    internal void Release()
    {
        if (Interlocked.Decrement(ref _readers) == 0)
        {
            _search.Dispose();
        }
    }
}
