using ShiTu.Index.Generations;
using ShiTu.Index.Native;

namespace ShiTu.Index.Search;

/// <summary>USearch's HNSW graph over the views. It is built once and never changed: a change of the gallery builds the next one.</summary>
internal sealed unsafe class HnswSearch : IVectorSearch
{
    private const int Threads = 64;
    private const int MostCandidates = 1024;
    private readonly VectorTable _vectors;
    private readonly int[] _itemOfView;
    private readonly UsearchHandle _graph;

    // The library fails a search that finds no free thread slot; here it waits for one.
    private readonly SemaphoreSlim _slots = new(Threads);

    /// <summary>Builds the graph.</summary>
    /// <exception cref="OperationCanceledException">It was cancelled between two views.</exception>
    public HnswSearch(VectorTable vectors, int[] itemOfView, IndexOptions options, CancellationToken cancellation)
    {
        _vectors = vectors;
        _itemOfView = itemOfView;
        _graph = new UsearchHandle(new UsearchNative.Options
        {
            Metric = &RowPointer.Distance,
            Quantization = UsearchNative.ScalarF64,
            Dimensions = RowPointer.Scalars,
            Connectivity = (nuint)options.Connectivity,
            ExpansionAdd = (nuint)options.ExpansionAdd,
            ExpansionSearch = (nuint)options.ExpansionSearch,
        });
        try
        {
            Fill(cancellation);
        }
        catch
        {
            _graph.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public string Kind => "hnsw";

    /// <inheritdoc/>
    public void Search(ReadOnlySpan<float> queries, int count, int topK, Span<SearchHit> hits, ReadOnlySpan<int> labelOf, SearchShare share)
    {
        _slots.Wait();
        try
        {
            var (first, end) = share.Range(count);
            fixed (float* start = queries)
            {
                for (var query = first; query < end; query++)
                {
                    SearchOne(start + ((long)query * _vectors.Dimension), hits.Slice(query * topK, topK), labelOf);
                }
            }
        }
        finally
        {
            _slots.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _slots.Dispose();
        _graph.Dispose();
        _vectors.Dispose();
    }

    private void SearchOne(float* query, Span<SearchHit> hits, ReadOnlySpan<int> labelOf)
    {
        var keys = stackalloc ulong[MostCandidates];
        var distances = stackalloc float[MostCandidates];
        var pointer = new RowPointer((nint)query, _vectors.Dimension);
        var most = Math.Min(MostCandidates, _vectors.Count);

        // Several views of a label may be nearest: more are asked for than labels are wanted, and more again until there are labels enough.
        for (var wanted = Math.Min(most, Math.Max(64, hits.Length * 8)); ; wanted = Math.Min(most, wanted * 4))
        {
            var found = (int)UsearchNative.Search(_graph, &pointer, UsearchNative.ScalarF64, (nuint)wanted, keys, distances, out var error);
            UsearchNative.Check(error);
            for (var at = 0; at < found; at++)
            {
                TopLabels.Offer(hits, _itemOfView[keys[at]], 1f - distances[at], labelOf);
            }

            if (hits[^1].Item >= 0 || wanted == most)
            {
                break;
            }
        }
    }

    private void Fill(CancellationToken cancellation)
    {
        UsearchNative.Reserve(_graph, (nuint)Math.Max(_vectors.Count, 1), out var error);
        UsearchNative.Check(error);
        UsearchNative.ChangeThreadsSearch(_graph, Threads, out error);
        UsearchNative.Check(error);
        for (var view = 0; view < _vectors.Count; view++)
        {
            cancellation.ThrowIfCancellationRequested();
            var pointer = new RowPointer(_vectors.Address(view), _vectors.Dimension);
            UsearchNative.Add(_graph, (ulong)view, &pointer, UsearchNative.ScalarF64, out error);
            UsearchNative.Check(error);
        }
    }
}
