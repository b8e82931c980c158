using ShiTu.Index.Gallery;
using ShiTu.Index.Search;

namespace ShiTu.Index.Generations;

/// <summary>An immutable index over one state of the gallery: exact up to the crossover, HNSW above. Any number of readers.</summary>
public sealed class IndexGeneration : IDisposable
{
    /// <summary>The gallery generation it was built from.</summary>
    public long Generation => throw new NotSupportedException("Being written.");

    /// <summary>The items, in the order hits refer to.</summary>
    public IReadOnlyList<GalleryItem> Items => throw new NotSupportedException("Being written.");

    /// <summary>Number of views.</summary>
    public int ViewCount => throw new NotSupportedException("Being written.");

    /// <summary><c>exact</c> or <c>hnsw</c>.</summary>
    public string Kind => throw new NotSupportedException("Being written.");

    /// <summary>Builds from one read transaction and checks row count and content hash.</summary>
    public static IndexGeneration Build(GalleryStore store, IndexOptions options, CancellationToken cancellation = default) => throw new NotSupportedException("Being written.");

    /// <summary>For each query the <paramref name="topK"/> best distinct labels (a label's score is its best view), best first; unfilled places have item -1. Allocates nothing.</summary>
    /// <param name="queries"><paramref name="count"/> rows of unit vectors.</param>
    /// <param name="count">Number of queries.</param>
    /// <param name="topK">Hits a query, 1..32.</param>
    /// <param name="hits">Receives <c>count * topK</c> hits.</param>
    public void Search(ReadOnlySpan<float> queries, int count, int topK, Span<SearchHit> hits) => throw new NotSupportedException("Being written.");

    /// <inheritdoc/>
    public void Dispose() => GC.SuppressFinalize(this);
}
