namespace ShiTu.Index.Search;

/// <summary>The best hits of one query by distinct label: a label's score is its best view. Equal scores keep the one that came first.</summary>
internal static class TopLabels
{
    /// <summary>Empties the places.</summary>
    public static void Clear(Span<SearchHit> hits) => hits.Fill(new SearchHit(-1, float.NegativeInfinity));

    /// <summary>Takes a hit in, if it is among the best.</summary>
    /// <param name="hits">The places, best first.</param>
    /// <param name="item">The item's row.</param>
    /// <param name="similarity">Its similarity.</param>
    /// <param name="labelOf">Label number of each item's row.</param>
    public static void Offer(Span<SearchHit> hits, int item, float similarity, ReadOnlySpan<int> labelOf)
    {
        if (!(similarity > hits[^1].Similarity))
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
                if (hits[at].Similarity >= similarity)
                {
                    return;
                }

                place = at;
                break;
            }
        }

        while (place > 0 && similarity > hits[place - 1].Similarity)
        {
            hits[place] = hits[place - 1];
            place--;
        }

        hits[place] = new SearchHit(item, similarity);
    }
}
