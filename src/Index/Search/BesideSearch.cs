using ShiTu.Index.Generations;

namespace ShiTu.Index.Search;

/// <summary>A few changed items beside a whole generation, in which they are hidden: a change is searchable at once, however large the gallery is.</summary>
internal sealed class BesideSearch : IVectorSearch
{
    private readonly IndexGeneration _root;
    private readonly ExactSearch _side;

    /// <summary>Takes hold of the root.</summary>
    public BesideSearch(IndexGeneration root, ExactSearch side)
    {
        ObjectDisposedException.ThrowIf(!root.TryHold(), root);
        _root = root;
        _side = side;
    }

    /// <inheritdoc/>
    public string Kind => _root.Kind;

    /// <inheritdoc/>
    public void Search(ReadOnlySpan<float> queries, int count, int topK, Span<SearchHit> hits, ReadOnlySpan<int> labelOf, SearchShare share)
    {
        _root.Search(queries, count, topK, hits, labelOf, share);
        _side.Search(queries, count, topK, hits, labelOf, share);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _side.Dispose();
        _root.Release();
    }
}
