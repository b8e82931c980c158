namespace ShiTu.Index.Search;

/// <summary>Compares every query with every view, all queries in one pass over the views. Also the oracle of every other search.</summary>
internal sealed class ExactSearch(VectorTable vectors, int[] itemOfView) : IVectorSearch
{
    /// <inheritdoc/>
    public string Kind => "exact";

    /// <inheritdoc/>
    public void Search(ReadOnlySpan<float> queries, int count, int topK, Span<SearchHit> hits, ReadOnlySpan<int> labelOf, SearchShare share)
    {
        var dimension = vectors.Dimension;
        var all = vectors.All;
        Span<float> dots = stackalloc float[4];
        var (first, end) = share.Range(vectors.Count);
        for (var view = first; view < end; view++)
        {
            ref var stored = ref DotKernel.First(all.Slice(view * dimension, dimension));
            var item = itemOfView[view];
            var query = 0;
            for (; query <= count - 4; query += 4)
            {
                DotKernel.Four(ref stored, ref DotKernel.First(queries[(query * dimension)..]), dimension, dots);
                for (var at = 0; at < 4; at++)
                {
                    TopLabels.Offer(hits.Slice((query + at) * topK, topK), item, dots[at], labelOf);
                }
            }

            for (; query < count; query++)
            {
                var dot = DotKernel.One(ref stored, ref DotKernel.First(queries[(query * dimension)..]), dimension);
                TopLabels.Offer(hits.Slice(query * topK, topK), item, dot, labelOf);
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose() => vectors.Dispose();
}
