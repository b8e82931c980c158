using ShiTu.Index.Gallery;
using ShiTu.Index.Generations;
using ShiTu.Index.Search;
using ShiTu.Inference.Engines;

namespace ShiTu.EdgeAgent.Recognition;

/// <summary>
/// Searches the gallery in use and joins hits with items and thresholds; with two threads a companion searches half of a large gallery. One caller at a time; allocates only after
/// the gallery or the thresholds changed.
/// </summary>
internal sealed unsafe class GallerySearch : IDisposable
{
    // Below, waking the companion takes longer than it saves.
    private const int LeastShared = 2048;
    private readonly LiveIndex _index;
    private readonly ThresholdSource _source;
    private readonly int _dimension;
    private readonly int _most;
    private readonly SearchHit[] _hits;
    private readonly SearchHit[] _others;
    private readonly CompanionThread? _companion;
    private Half _half;
    private float[] _rows = [];
    private IReadOnlyList<GalleryItem>? _items;
    private Thresholds? _thresholds;

    /// <summary>Sets it up.</summary>
    /// <param name="index">The gallery's index.</param>
    /// <param name="thresholds">Thresholds in use.</param>
    /// <param name="candidates">Candidates a query.</param>
    /// <param name="maxQueries">Queries that are searched for at once.</param>
    /// <param name="dimension">Floats a vector.</param>
    /// <param name="threads">Two are used when there are at least two.</param>
    public GallerySearch(LiveIndex index, ThresholdSource thresholds, int candidates, int maxQueries, int dimension, int threads)
    {
        (_index, _source, Candidates, _most, _dimension) = (index, thresholds, candidates, maxQueries, dimension);
        _hits = new SearchHit[candidates * maxQueries];
        _others = threads > 1 ? new SearchHit[_hits.Length] : [];
        _companion = threads > 1 ? new CompanionThread("search", SearchHalf) : null;
    }

    /// <summary>Candidates a query.</summary>
    public int Candidates { get; }

    /// <summary>Searches for each query.</summary>
    /// <param name="queries">Unit vectors, row by row.</param>
    /// <param name="count">Number of queries.</param>
    /// <param name="matches">Receives <c>count * Candidates</c> matches.</param>
    /// <returns>The gallery's generation.</returns>
    public long Search(ReadOnlySpan<float> queries, int count, Span<Match> matches)
    {
        using var lease = _index.Borrow();
        var gallery = lease.Index;
        var items = gallery.Items;
        if (!ReferenceEquals(_items, items) || !ReferenceEquals(_thresholds, _source.Current))
        {
            _items = items;
            _thresholds = _source.Current;
            _rows = [.. items.Select(item => _thresholds.Of(item.Id))];
        }

        for (var done = 0; done < count;)
        {
            var now = Math.Min(count - done, _most);
            var hits = _hits.AsSpan(0, now * Candidates);
            Find(gallery, queries.Slice(done * _dimension, now * _dimension), now, hits);
            for (var i = 0; i < hits.Length; i++)
            {
                var row = hits[i].Item;
                matches[(done * Candidates) + i] = row < 0 ? default : new Match(items[row], hits[i].Similarity, _rows[row]);
            }

            done += now;
        }

        return gallery.Generation;
    }

    /// <summary>Generation in use now.</summary>
    public long CurrentGeneration()
    {
        using var lease = _index.Borrow();
        return lease.Index.Generation;
    }

    /// <inheritdoc/>
    public void Dispose() => _companion?.Dispose();

    private void Find(IndexGeneration gallery, ReadOnlySpan<float> queries, int count, Span<SearchHit> hits)
    {
        if (_companion is null || gallery.ViewCount < LeastShared)
        {
            gallery.Search(queries, count, Candidates, hits);
            return;
        }

        fixed (float* vectors = queries)
        {
            _half = new Half(gallery, vectors, count);
            _companion.Begin();
            var whole = false;
            try
            {
                gallery.SearchPart(queries, count, Candidates, hits, 0, 2);
                whole = true;
            }
            finally
            {
                // The companion reads what is held still here only.
                _companion.Wait(quietly: !whole);
                _half = default;
            }
        }

        gallery.Merge(hits, _others.AsSpan(0, hits.Length), Candidates);
    }

    private void SearchHalf()
    {
        var half = _half;
        half.Gallery.SearchPart(new ReadOnlySpan<float>(half.Queries, half.Count * _dimension), half.Count, Candidates, _others.AsSpan(0, half.Count * Candidates), 1, 2);
    }

    private readonly struct Half(IndexGeneration gallery, float* queries, int count)
    {
        public readonly IndexGeneration Gallery = gallery;
        public readonly float* Queries = queries;
        public readonly int Count = count;
    }
}
