using ShiTu.Index.Gallery;
using ShiTu.Index.Generations;
using ShiTu.Index.Search;

namespace ShiTu.EdgeAgent.Recognition;

/// <summary>Searches the gallery in use and joins hits with items and thresholds. One thread at a time; allocates only after the gallery or the thresholds changed.</summary>
internal sealed class GallerySearch(LiveIndex index, ThresholdSource thresholds, int candidates, int maxQueries, int dimension)
{
    private readonly SearchHit[] _hits = new SearchHit[candidates * maxQueries];
    private float[] _rows = [];
    private IReadOnlyList<GalleryItem>? _items;
    private long _generation = -1;
    private Thresholds? _thresholds;

    /// <summary>Candidates a query.</summary>
    public int Candidates => candidates;

    /// <summary>Searches for each query.</summary>
    /// <param name="queries">Unit vectors, row by row.</param>
    /// <param name="count">Number of queries.</param>
    /// <param name="matches">Receives <c>count * Candidates</c> matches.</param>
    /// <returns>The gallery's generation.</returns>
    public long Search(ReadOnlySpan<float> queries, int count, Span<Match> matches)
    {
        using var lease = index.Borrow();
        var gallery = lease.Index;
        var items = gallery.Items;
        _generation = gallery.Generation;
        if (!ReferenceEquals(_items, items) || !ReferenceEquals(_thresholds, thresholds.Current))
        {
            _items = items;
            _thresholds = thresholds.Current;
            _rows = [.. items.Select(item => _thresholds.Of(item.Id))];
        }

        for (var done = 0; done < count;)
        {
            var now = Math.Min(count - done, maxQueries);
            var hits = _hits.AsSpan(0, now * candidates);
            gallery.Search(queries.Slice(done * dimension, now * dimension), now, candidates, hits);
            for (var i = 0; i < hits.Length; i++)
            {
                var row = hits[i].Item;
                matches[(done * candidates) + i] = row < 0 ? default : new Match(items[row], hits[i].Similarity, _rows[row]);
            }

            done += now;
        }

        return _generation;
    }

    /// <summary>Generation in use now.</summary>
    public long CurrentGeneration()
    {
        using var lease = index.Borrow();
        return lease.Index.Generation;
    }
}
