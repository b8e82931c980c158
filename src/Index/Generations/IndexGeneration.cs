using ShiTu.Index.Gallery;
using ShiTu.Index.Search;
using ShiTu.Index.Storage;

namespace ShiTu.Index.Generations;

/// <summary>An immutable index over one state of the gallery: exact up to the crossover, HNSW above. Any number of readers.</summary>
public sealed class IndexGeneration : IDisposable
{
    /// <summary>Most hits a query.</summary>
    public const int MaxTopK = 32;

    private readonly IVectorSearch _search;
    private readonly int[] _labelOf;
    private int _readers = 1;
    private int _disposed;

    private IndexGeneration(GallerySnapshot snapshot, int[] labelOf, IVectorSearch search)
    {
        Generation = snapshot.Generation;
        ContentHash = snapshot.ContentHash;
        Items = snapshot.Items;
        ItemCount = snapshot.Items.Count;
        LocalItemCount = snapshot.Items.Count(item => item.Local);
        ViewCount = snapshot.ItemOfView.Length;
        Dimension = snapshot.Dimension;
        _labelOf = labelOf;
        _search = search;
    }

    private IndexGeneration(GalleryChanges changes, IReadOnlyList<GalleryItem> items, int dimension, int[] labelOf, IVectorSearch search)
    {
        Generation = changes.Generation;
        ContentHash = changes.ContentHash;
        Items = items;
        ItemCount = changes.ItemCount;
        LocalItemCount = changes.LocalItemCount;
        ViewCount = changes.ViewCount;
        Dimension = dimension;
        _labelOf = labelOf;
        _search = search;
    }

    /// <summary>The gallery generation it was built from.</summary>
    public long Generation { get; }

    /// <summary>Hash of the content it was built from, lower-case hex.</summary>
    public string ContentHash { get; }

    /// <summary>The items, in the order hits refer to. Just after a change it may also hold rows of before that no hit refers to any more; <see cref="ItemCount"/> counts what is there.</summary>
    public IReadOnlyList<GalleryItem> Items { get; }

    /// <summary>Whether it is another, whole generation with a few changed items beside it.</summary>
    public bool IsPatched => _search is BesideSearch;

    /// <summary>Number of items.</summary>
    public int ItemCount { get; }

    /// <summary>Number of items enrolled on this device.</summary>
    public int LocalItemCount { get; }

    /// <summary>Number of views.</summary>
    public int ViewCount { get; }

    /// <summary>Floats a vector.</summary>
    public int Dimension { get; }

    /// <summary><c>exact</c> or <c>hnsw</c>.</summary>
    public string Kind => _search.Kind;

    /// <summary>Builds from one read transaction and checks row count and content hash.</summary>
    /// <param name="store">The gallery.</param>
    /// <param name="options">Kind and parameters.</param>
    /// <param name="cancellation">Ends the building.</param>
    /// <exception cref="GalleryException">The gallery's rows do not fit together.</exception>
    public static IndexGeneration Build(GalleryStore store, IndexOptions options, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(store);
        ArgumentNullException.ThrowIfNull(options);
        return Build(store.Snapshot(), options, cancellation);
    }

    /// <summary>For each query the <paramref name="topK"/> best distinct labels (a label's score is its best view), best first; unfilled places have item -1. Of equal similarities the item that comes first is ahead. Allocates nothing.</summary>
    /// <param name="queries"><paramref name="count"/> rows of unit vectors.</param>
    /// <param name="count">Number of queries.</param>
    /// <param name="topK">Hits a query, 1..32.</param>
    /// <param name="hits">Receives <c>count * topK</c> hits.</param>
    public void Search(ReadOnlySpan<float> queries, int count, int topK, Span<SearchHit> hits) => SearchPart(queries, count, topK, hits, 0, 1);

    /// <summary>One part of a search that several threads share, each into places of its own; <see cref="Merge"/> brings their hits together. Allocates nothing.</summary>
    /// <param name="queries"><paramref name="count"/> rows of unit vectors.</param>
    /// <param name="count">Number of queries.</param>
    /// <param name="topK">Hits a query, 1..32.</param>
    /// <param name="hits">Receives <c>count * topK</c> hits: the best of this part.</param>
    /// <param name="part">Which part, from 0.</param>
    /// <param name="parts">Of how many.</param>
    public void SearchPart(ReadOnlySpan<float> queries, int count, int topK, Span<SearchHit> hits, int part, int parts)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(parts, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(part);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(part, parts);
        ArgumentOutOfRangeException.ThrowIfLessThan(topK, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(topK, MaxTopK);
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        if (queries.Length < (long)count * Dimension || hits.Length < (long)count * topK)
        {
            throw new ArgumentException($"{count} queries of {Dimension} floats with {topK} hits each need more than {queries.Length} floats and {hits.Length} hits.");
        }

        hits = hits[..(count * topK)];
        TopLabels.Clear(hits);
        if (ViewCount > 0 && count > 0)
        {
            _search.Search(queries, count, topK, hits, _labelOf, new SearchShare(part, parts));
        }
    }

    /// <summary>Takes the hits of another part into those of one: what a search of both would have found.</summary>
    /// <param name="hits">Receives them, <paramref name="topK"/> a query.</param>
    /// <param name="more">Those of the other part, of as many queries.</param>
    /// <param name="topK">Hits a query.</param>
    public void Merge(Span<SearchHit> hits, ReadOnlySpan<SearchHit> more, int topK)
    {
        for (var at = 0; at < more.Length; at++)
        {
            if (more[at].Item >= 0)
            {
                TopLabels.Offer(hits.Slice(at / topK * topK, topK), more[at].Item, more[at].Similarity, _labelOf);
            }
        }
    }

    /// <summary>Gives up the builder's hold; the memory goes when the last reader is done.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 0)
        {
            Release();
        }
    }

    /// <summary>Builds over a state that was read already.</summary>
    internal static IndexGeneration Build(GallerySnapshot snapshot, IndexOptions options, CancellationToken cancellation)
    {
        var labels = new Dictionary<string, int>(StringComparer.Ordinal);
        var labelOfItem = new int[snapshot.Items.Count];
        for (var row = 0; row < labelOfItem.Length; row++)
        {
            var label = snapshot.Items[row].Label;
            if (!labels.TryGetValue(label, out var number))
            {
                labels.Add(label, number = labels.Count);
            }

            labelOfItem[row] = number;
        }

        var vectors = new VectorTable(snapshot.Vectors, snapshot.Dimension);
        try
        {
            IVectorSearch search = options.WantsGraph(snapshot.ItemOfView.Length)
                ? new HnswSearch(vectors, snapshot.ItemOfView, options, cancellation)
                : new ExactSearch(vectors, snapshot.ItemOfView);
            return new IndexGeneration(snapshot, labelOfItem, search);
        }
        catch
        {
            vectors.Dispose();
            throw;
        }
    }

    /// <summary>A generation that is <paramref name="root"/> with a few items changed: those are hidden in it and searched beside it, one by one. It takes hold of the root.</summary>
    internal static IndexGeneration Beside(IndexGeneration root, GalleryChanges changes)
    {
        var rows = root.Items.Count;
        var items = new List<GalleryItem>(rows + changes.Items.Count);
        items.AddRange(root.Items);
        items.AddRange(changes.Items.Select(changed => changed.Item));
        var labelOf = new int[items.Count];
        root._labelOf.CopyTo(labelOf, 0);
        var labels = changes.Items.Select(changed => changed.Item.Label).Distinct(StringComparer.Ordinal).ToDictionary(label => label, _ => -1, StringComparer.Ordinal);
        var most = -1;
        for (var row = 0; row < rows; row++)
        {
            most = Math.Max(most, labelOf[row]);
            if (labels.ContainsKey(items[row].Label))
            {
                labels[items[row].Label] = labelOf[row];
            }

            if (changes.Ids.Contains(items[row].Id))
            {
                labelOf[row] = -1;
            }
        }

        for (var row = rows; row < items.Count; row++)
        {
            var label = items[row].Label;
            labels[label] = labelOf[row] = labels[label] < 0 ? ++most : labels[label];
        }

        var itemOfView = changes.Items.SelectMany((changed, at) => changed.Views.Select(_ => rows + at)).ToArray();
        var vectors = new VectorTable(changes.Items.SelectMany(changed => changed.Views).SelectMany(view => view).ToArray(), root.Dimension);
        return new IndexGeneration(changes, items, root.Dimension, labelOf, new BesideSearch(root, new ExactSearch(vectors, itemOfView)));
    }

    /// <summary>Fills <paramref name="hits"/> as a search with other labels: for a generation that lies beside this one.</summary>
    internal void Search(ReadOnlySpan<float> queries, int count, int topK, Span<SearchHit> hits, ReadOnlySpan<int> labelOf, SearchShare share)
    {
        if (ViewCount > 0)
        {
            _search.Search(queries, count, topK, hits, labelOf, share);
        }
    }

    /// <summary>Takes hold; false where the last reader has gone already.</summary>
    internal bool TryHold()
    {
        while (true)
        {
            var readers = Volatile.Read(ref _readers);
            if (readers == 0)
            {
                return false;
            }

            if (Interlocked.CompareExchange(ref _readers, readers + 1, readers) == readers)
            {
                return true;
            }
        }
    }

    /// <summary>Lets go.</summary>
    internal void Release()
    {
        if (Interlocked.Decrement(ref _readers) == 0)
        {
            _search.Dispose();
        }
    }
}
