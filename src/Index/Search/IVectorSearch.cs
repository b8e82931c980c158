namespace ShiTu.Index.Search;

/// <summary>A way to find the best labels. Any number of threads at once.</summary>
internal interface IVectorSearch : IDisposable
{
    /// <summary><c>exact</c> or <c>hnsw</c>.</summary>
    string Kind { get; }

    /// <summary>Fills <paramref name="hits"/>, <paramref name="topK"/> a query; places must be cleared before, or hold what another search found.</summary>
    /// <param name="queries">Row by row.</param>
    /// <param name="count">How many.</param>
    /// <param name="topK">Hits a query.</param>
    /// <param name="hits">Receives them.</param>
    /// <param name="labelOf">Label number of each item's row; -1 hides the item.</param>
    /// <param name="share">What of it is done; the hits of all shares together are those of the whole.</param>
    void Search(ReadOnlySpan<float> queries, int count, int topK, Span<SearchHit> hits, ReadOnlySpan<int> labelOf, SearchShare share);
}
