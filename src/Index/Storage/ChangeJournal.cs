namespace ShiTu.Index.Storage;

/// <summary>Which items the last generations touched: kept in memory only, for an index that follows. Whoever is further behind, or follows another process' changes, reads everything.</summary>
internal sealed class ChangeJournal
{
    private const int MostIds = 4096;
    private readonly Queue<(long Generation, IReadOnlyCollection<string> Ids)> _entries = new();
    private int _ids;

    /// <summary>A generation was committed that touched these items; null where it touched all of them.</summary>
    public void Add(long generation, IReadOnlyCollection<string>? ids)
    {
        if (ids is null)
        {
            _entries.Clear();
            _ids = 0;
            return;
        }

        _entries.Enqueue((generation, ids));
        _ids += ids.Count;
        while (_ids > MostIds)
        {
            _ids -= _entries.Dequeue().Ids.Count;
        }
    }

    /// <summary>The items touched after a generation up to another; null where that is not known, or where there are more than <paramref name="most"/>.</summary>
    public IReadOnlySet<string>? Between(long after, long last, int most)
    {
        var ids = new HashSet<string>(StringComparer.Ordinal);
        var next = after + 1;
        foreach (var (generation, touched) in _entries.Where(entry => entry.Generation > after))
        {
            if (generation != next++)
            {
                return null;
            }

            ids.UnionWith(touched);
        }

        return next == last + 1 && ids.Count <= most ? ids : null;
    }
}
