namespace ShiTu.Index.Search;

/// <summary>The best hits of one query by distinct label: a label's score is its best view. Of equal scores the item that comes first in the gallery is ahead, in whatever order they are offered.</summary>
internal static class TopLabels
{
    /// <summary>Empties the places.</summary>
    public static void Clear(Span<SearchHit> hits) => hits.Fill(new SearchHit(-1, float.NegativeInfinity));

    /// <summary>Takes a hit in, if it is among the best.</summary>
    /// <param name="hits">The places, best first.</param>
    /// <param name="item">The item's row.</param>
    /// <param name="similarity">Its similarity.</param>
    /// <param name="labelOf">Label number of each item's row; -1 hides the item.</param>
    public static void Offer(Span<SearchHit> hits, int item, float similarity, ReadOnlySpan<int> labelOf)
    {
        if (!IsBefore(item, similarity, hits[^1]) || labelOf[item] < 0)
        {
            return;
        }

        // The place that is given up: the label's own weaker hit, or else the last.
        var place = hits.Length - 1;
        var label = labelOf[item];
        for (var at = 0; at < hits.Length && hits[at].Item >= 0; at++)
        {
            if (labelOf[hits[at].Item] == label)
            {
                if (!IsBefore(item, similarity, hits[at]))
                {
                    return;
                }

                place = at;
                break;
            }
        }

        while (place > 0 && IsBefore(item, similarity, hits[place - 1]))
        {
            hits[place] = hits[place - 1];
            place--;
        }

        hits[place] = new SearchHit(item, similarity);
    }

    private static bool IsBefore(int item, float similarity, SearchHit hit) => similarity > hit.Similarity || (similarity == hit.Similarity && item < hit.Item);
}
