using ShiTu.Index.Search;
using ShiTu.Index.Storage;

namespace ShiTu.Index.Calibration;

/// <summary>How similar some views are to every item: the best of the item's views, the view itself left out.</summary>
internal sealed class Similarities
{
    private readonly float[] _best;
    private readonly int[] _queryItem;
    private readonly int[] _labelOfItem;

    private Similarities(float[] best, int[] queryItem, int[] labelOfItem)
    {
        _best = best;
        _queryItem = queryItem;
        _labelOfItem = labelOfItem;
    }

    /// <summary>Number of views tried.</summary>
    public int Count => _queryItem.Length;

    private int Items => _labelOfItem.Length;

    /// <summary>Compares.</summary>
    public static Similarities Compare(GallerySnapshot snapshot, int[] queries, CancellationToken cancellation)
    {
        var numbers = new Dictionary<string, int>(StringComparer.Ordinal);
        var labelOfItem = snapshot.Items.Select(item => numbers.TryGetValue(item.Label, out var number) ? number : numbers[item.Label] = numbers.Count).ToArray();
        var best = new float[(long)queries.Length * labelOfItem.Length];
        best.AsSpan().Fill(float.NegativeInfinity);
        var dimension = snapshot.Dimension;
        for (var at = 0; at < queries.Length; at++)
        {
            cancellation.ThrowIfCancellationRequested();
            var row = best.AsSpan(at * labelOfItem.Length, labelOfItem.Length);
            ref var query = ref snapshot.Vectors[queries[at] * dimension];
            for (var view = 0; view < snapshot.ItemOfView.Length; view++)
            {
                if (view != queries[at])
                {
                    ref var slot = ref row[snapshot.ItemOfView[view]];
                    slot = Math.Max(slot, DotKernel.One(ref query, ref snapshot.Vectors[view * dimension], dimension));
                }
            }
        }

        return new Similarities(best, [.. queries.Select(view => snapshot.ItemOfView[view])], labelOfItem);
    }

    /// <summary>For each view, the best of all other labels.</summary>
    public List<float> ForeignBests() => [.. Enumerable.Range(0, Count).Select(query => TwoForeign(query).Best)];

    /// <summary>
    /// For each view, how far the most similar item of another label exceeds its level (negative: stays below); minus infinity where the next label is closer than
    /// <paramref name="margin"/>, because the verdict is then ambiguous and nothing is accepted.
    /// </summary>
    public List<float> ForeignExcesses(double[] levels, double margin) => [.. Enumerable.Range(0, Count).Select(query =>
    {
        var (best, second, item) = TwoForeign(query);
        return best - second < margin ? float.NegativeInfinity : (float)(best - levels[item]);
    })];

    /// <summary>How similar views of other labels are to one item.</summary>
    public List<float> Foreign(int item) =>
        [.. Enumerable.Range(0, Count).Where(query => _labelOfItem[_queryItem[query]] != _labelOfItem[item]).Select(query => _best[(query * Items) + item])];

    /// <summary>Share of views that are recognised as their own label; null where no label has another view to recognise them by.</summary>
    /// <param name="thresholds">Threshold of each item.</param>
    /// <param name="margin">Least distance to another label.</param>
    public double? TrueAccept(float[] thresholds, double margin)
    {
        var (tried, accepted) = (0, 0);
        for (var query = 0; query < Count; query++)
        {
            var row = _best.AsSpan(query * Items, Items);
            var own = _labelOfItem[_queryItem[query]];
            var (top, hasOwn) = (0, false);
            for (var item = 0; item < Items; item++)
            {
                top = row[item] > row[top] ? item : top;
                hasOwn |= _labelOfItem[item] == own && float.IsFinite(row[item]);
            }

            tried += hasOwn ? 1 : 0;
            accepted += hasOwn && _labelOfItem[top] == own && row[top] >= thresholds[top] && row[top] - TwoForeign(query).Best >= margin ? 1 : 0;
        }

        return tried == 0 ? null : (double)accepted / tried;
    }

    // The two most similar labels other than the view's own.
    private (float Best, float Second, int Item) TwoForeign(int query)
    {
        var (best, second, item) = (float.NegativeInfinity, float.NegativeInfinity, 0);
        for (var at = 0; at < Items; at++)
        {
            var similarity = _best[(query * Items) + at];
            if (_labelOfItem[at] == _labelOfItem[_queryItem[query]])
            {
                continue;
            }

            if (similarity > best)
            {
                second = _labelOfItem[at] == _labelOfItem[item] && !float.IsNegativeInfinity(best) ? second : best;
                (best, item) = (similarity, at);
            }
            else if (similarity > second && _labelOfItem[at] != _labelOfItem[item])
            {
                second = similarity;
            }
        }

        return (best, second, item);
    }
}
