namespace ShiTu.Index.Gallery;

/// <summary>The gallery in SQLite: the truth (decision 3). One writer; readers take snapshots. Every write is one durable transaction.</summary>
public sealed class GalleryStore : IDisposable
{
    /// <summary>Model identity it is bound to.</summary>
    public string ModelIdentity => throw new NotSupportedException("Being written.");

    /// <summary>Floats a vector.</summary>
    public int Dimension => throw new NotSupportedException("Being written.");

    /// <summary>Grows by one with every committed change of content.</summary>
    public long Generation => throw new NotSupportedException("Being written.");

    /// <summary>Number of items.</summary>
    public int ItemCount => throw new NotSupportedException("Being written.");

    /// <summary>Number of views.</summary>
    public int ViewCount => throw new NotSupportedException("Being written.");

    /// <summary>SHA-256 over all items and views in canonical order, lower-case hex.</summary>
    public string ContentHash() => throw new NotSupportedException("Being written.");

    /// <summary>Opens the file, or makes it where there is none, for exactly this model.</summary>
    /// <exception cref="GalleryException">Damaged, or bound to another model: the message names both.</exception>
    public static GalleryStore Open(string path, string modelIdentity, int dimension) => throw new NotSupportedException("Being written.");

    /// <summary>Opens an existing file for reading, whatever model it is bound to.</summary>
    public static GalleryStore OpenReadOnly(string path) => throw new NotSupportedException("Being written.");

    /// <summary>All items, ordered by id (ordinal).</summary>
    public IReadOnlyList<GalleryItem> Items() => throw new NotSupportedException("Being written.");

    /// <summary>The views of one item.</summary>
    public IReadOnlyList<GalleryView> Views(string itemId) => throw new NotSupportedException("Being written.");

    /// <summary>Adds an item with its views, or appends the views where the item exists with the same label.</summary>
    public void Add(GalleryItem item, IReadOnlyList<GalleryView> views) => throw new NotSupportedException("Being written.");

    /// <summary>Replaces an item and all its views.</summary>
    public void Replace(GalleryItem item, IReadOnlyList<GalleryView> views) => throw new NotSupportedException("Being written.");

    /// <summary>Removes an item; false where there was none.</summary>
    public bool Remove(string itemId) => throw new NotSupportedException("Being written.");

    /// <summary>Changes a label; false where there was no such item.</summary>
    public bool Relabel(string itemId, string label) => throw new NotSupportedException("Being written.");

    /// <summary>Many changes as one transaction and one generation: all or nothing.</summary>
    public void Batch(Action<GalleryStore> changes) => throw new NotSupportedException("Being written.");

    /// <inheritdoc/>
    public void Dispose() => GC.SuppressFinalize(this);
}
