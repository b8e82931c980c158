using ShiTu.EdgeAgent.Events;
using ShiTu.EdgeAgent.Recognition;
using ShiTu.Index.Gallery;

namespace ShiTu.EdgeAgent.Tracking;

/// <summary>
/// From looks to one judgement. An item's similarity is its weighted mean over all looks, so that one lucky look decides nothing; the share of the looks that
/// have the winner first is the agreement. Keeps its table; one thread at a time.
/// </summary>
internal sealed class Vote(TrackingOptions options, float margin, int candidates)
{
    private readonly Match[] _table = new Match[Looks.Capacity * candidates];
    private readonly float[] _sums = new float[Looks.Capacity * candidates];

    /// <summary>Judges an object.</summary>
    /// <param name="looks">Its looks.</param>
    /// <param name="agreement">Receives the weighted share of the looks that agree with the winner, 0..1.</param>
    public Judgement Judge(Looks looks, out float agreement)
    {
        agreement = 0;
        var entries = Tabulate(looks);
        var judgement = VerdictRule.Judge(_table.AsSpan(0, entries), margin);
        if (judgement.Best.Item is not { } winner)
        {
            return looks.Count > 0 ? judgement : judgement with { Reason = VerdictReason.TooFewLooks, Wanted = options.MinLooks, Got = 0 };
        }

        agreement = Agreement(looks, winner);
        if (looks.Count < options.MinLooks)
        {
            return judgement with { Decision = Decision.Unknown, Reason = VerdictReason.TooFewLooks, Wanted = options.MinLooks, Got = looks.Count };
        }

        return judgement.Decision == Decision.Recognised && agreement < options.MinAgreement
            ? judgement with { Decision = Decision.Ambiguous, Reason = VerdictReason.LooksDisagree, Wanted = options.MinAgreement, Got = agreement }
            : judgement;
    }

    // Fills the table with each item's mean similarity, best first.
    private int Tabulate(Looks looks)
    {
        var entries = 0;
        var total = 0f;
        for (var age = 0; age < looks.Count; age++)
        {
            var matches = looks.Matches(age);
            var weight = looks.Weight(age);
            var floor = Floor(matches);

            // An item that a look does not list is at most as similar as the last one it lists.
            for (var entry = 0; entry < entries; entry++)
            {
                _sums[entry] += weight * (Find(matches, _table[entry].Item!) is >= 0 and var found ? matches[found].Similarity : floor);
            }

            for (var i = 0; i < matches.Length && matches[i].Item is { } item; i++)
            {
                if (FindEntry(item, entries) < 0)
                {
                    _table[entries] = matches[i];
                    _sums[entries++] = (weight * matches[i].Similarity) + EarlierFloors(looks, age);
                }
            }

            total += weight;
        }

        for (var entry = 0; entry < entries; entry++)
        {
            _table[entry] = _table[entry] with { Similarity = total > 0 ? _sums[entry] / total : 0 };
        }

        _table.AsSpan(0, entries).Sort(static (a, b) => b.Similarity.CompareTo(a.Similarity));
        return entries;
    }

    private static float EarlierFloors(Looks looks, int age)
    {
        var sum = 0f;
        for (var earlier = 0; earlier < age; earlier++)
        {
            sum += looks.Weight(earlier) * Floor(looks.Matches(earlier));
        }

        return sum;
    }

    private static float Agreement(Looks looks, GalleryItem winner)
    {
        var total = 0f;
        var agreed = 0f;
        for (var age = 0; age < looks.Count; age++)
        {
            var weight = looks.Weight(age);
            total += weight;
            agreed += looks.Matches(age)[0].Item is { } first && SameLabel(first, winner) ? weight : 0;
        }

        return total > 0 ? agreed / total : 0;
    }

    private int FindEntry(GalleryItem item, int entries) => Find(_table.AsSpan(0, entries), item);

    private static int Find(ReadOnlySpan<Match> matches, GalleryItem item)
    {
        for (var i = 0; i < matches.Length && matches[i].Item is { } candidate; i++)
        {
            if (string.Equals(candidate.Id, item.Id, StringComparison.Ordinal))
            {
                return i;
            }
        }

        return -1;
    }

    // A gallery smaller than the list of candidates lists every item: one that is not listed is gone.
    private static float Floor(ReadOnlySpan<Match> matches) => matches[^1].Item is null ? 0 : matches[^1].Similarity;

    private static bool SameLabel(GalleryItem a, GalleryItem b) => string.Equals(a.Label, b.Label, StringComparison.Ordinal);
}
