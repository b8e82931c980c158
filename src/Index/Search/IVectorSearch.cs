namespace ShiTu.Index.Search;

/// <summary>A way to find the best labels. Any number of threads at once.</summary>
internal interface IVectorSearch : IDisposable
{
    /// <summary><c>exact</c> or <c>hnsw</c>.</summary>
    string Kind { get; }

    /// <summary>Fills <paramref name="hits"/>, <paramref name="topK"/> a query; places must be cleared before.</summary>
    void Search(ReadOnlySpan<float> queries, int count, int topK, Span<SearchHit> hits);
}
