using Microsoft.Data.Sqlite;
using ShiTu.Index.Storage;

namespace ShiTu.Index.Gallery;

/// <summary>
/// The gallery in SQLite: the truth (decision 3). One writer; readers take snapshots. Every write is one durable transaction and one generation.
/// Safe for several threads: calls are serialised.
/// </summary>
public sealed class GalleryStore : IDisposable
{
    private const int LongestText = 200;
    private readonly Lock _lock = new();
    private readonly GalleryDatabase _database;
    private readonly TimeProvider _time;
    private SqliteTransaction? _batch;
    private readonly ChangeJournal _journal = new();
    private HashSet<string>? _touched = [];
    private bool _changed;

    private GalleryStore(GalleryDatabase database, TimeProvider time)
    {
        _database = database;
        _time = time;
        ModelIdentity = database.Meta(MetaKey.Model)!;
        Dimension = int.Parse(database.Meta(MetaKey.Dimension)!);
    }

    /// <summary>The file.</summary>
    public string FilePath => _database.FilePath;

    /// <summary>Model identity it is bound to.</summary>
    public string ModelIdentity { get; }

    /// <summary>Floats a vector.</summary>
    public int Dimension { get; }

    /// <summary>Grows by one with every committed change of content.</summary>
    public long Generation => Run(() => long.Parse(_database.Meta(MetaKey.Generation, _batch)!));

    /// <summary>Number of items.</summary>
    public int ItemCount => Run(() => (int)_database.Scalar("SELECT COUNT(*) FROM items", _batch));

    /// <summary>Number of items enrolled on this device.</summary>
    public int LocalItemCount => Run(() => (int)_database.Scalar("SELECT COUNT(*) FROM items WHERE local = 1", _batch));

    /// <summary>Number of views.</summary>
    public int ViewCount => Run(() => (int)_database.Scalar("SELECT COUNT(*) FROM views", _batch));

    /// <summary>SHA-256 over all items and views in canonical order, lower-case hex; <see cref="Verify"/> compares it with the rows.</summary>
    public string ContentHash() => Run(() => _batch is null ? _database.Meta(MetaKey.Content)! : GalleryHash.Of(_database, _batch));

    /// <summary>Opens the file, or makes it where there is none, for exactly this model.</summary>
    /// <param name="path">The file.</param>
    /// <param name="modelIdentity">Identity of the models in use.</param>
    /// <param name="dimension">Floats a vector.</param>
    /// <param name="time">Clock that dates views.</param>
    /// <exception cref="GalleryException">Damaged, or bound to another model: the message names both.</exception>
    public static GalleryStore Open(string path, string modelIdentity, int dimension, TimeProvider? time = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(modelIdentity);
        ArgumentOutOfRangeException.ThrowIfLessThan(dimension, 1);
        var database = GalleryDatabase.Open(path, create: (modelIdentity, dimension));
        var store = new GalleryStore(database, time ?? TimeProvider.System);
        if (store.ModelIdentity == modelIdentity && store.Dimension == dimension)
        {
            return store;
        }

        var message = $"{path}: this gallery belongs to the model {store.ModelIdentity} ({store.Dimension} floats), in use is {modelIdentity} ({dimension} floats). " +
            "Vectors of different models cannot be compared: build the gallery again with `gallery build`, or configure the model it was made with.";
        store.Dispose();
        throw new GalleryException(GalleryFault.OtherModel, message);
    }

    /// <summary>Opens an existing file for reading, whatever model it is bound to.</summary>
    /// <exception cref="GalleryException">There is none, or it is damaged.</exception>
    public static GalleryStore OpenReadOnly(string path) => new(GalleryDatabase.Open(path, create: null), TimeProvider.System);

    /// <summary>All items, ordered by id (ordinal).</summary>
    public IReadOnlyList<GalleryItem> Items() => Run(() => GalleryRows.Items(_database, _batch));

    /// <summary>One item; null where there is none.</summary>
    public GalleryItem? Item(string itemId) => Run(() => GalleryRows.Item(_database, itemId, _batch));

    /// <summary>Ids of the items enrolled on this device.</summary>
    public IReadOnlySet<string> LocalIds() => Run(() => GalleryRows.LocalIds(_database, _batch));

    /// <summary>The views of one item, oldest first.</summary>
    public IReadOnlyList<GalleryView> Views(string itemId) => Run(() => GalleryRows.Views(_database, itemId, _batch));

    /// <summary>The kept picture of each view of an item, in the order of <see cref="Views"/>; null where none is kept.</summary>
    public IReadOnlyList<byte[]?> Pictures(string itemId) => Run(() => GalleryRows.Pictures(_database, itemId, _batch));

    /// <summary>A value kept beside the content, such as a calibration; null where there is none. It is no content: it changes neither hash nor generation.</summary>
    public string? GetNote(string key) => Run(() => _database.Meta(MetaKey.NotePrefix + key, _batch));

    /// <summary>Keeps a value beside the content.</summary>
    public void SetNote(string key, string value) => Change(transaction => _database.SetMeta(MetaKey.NotePrefix + key, value, transaction), isContent: false);

    /// <summary>Adds an item with its views, or appends the views where the item exists with the same label.</summary>
    /// <exception cref="GalleryException">A vector or text that is refused, or the item exists with another label.</exception>
    public void Add(GalleryItem item, IReadOnlyList<GalleryView> views)
    {
        Check(item, views);
        Change(transaction =>
        {
            var existing = GalleryRows.Label(_database, item.Id, transaction);
            if (existing is not null && existing != item.Label)
            {
                throw new GalleryException(GalleryFault.Item, $"The item '{item.Id}' exists with the label '{existing}'; to give it the label '{item.Label}', relabel or replace it.");
            }

            GalleryRows.Insert(_database, item, views, _time.GetUtcNow(), transaction);
            Touch(item.Id);
        });
    }

    /// <summary>Replaces an item and all its views; adds it where there was none.</summary>
    public void Replace(GalleryItem item, IReadOnlyList<GalleryView> views)
    {
        Check(item, views);
        Change(transaction =>
        {
            GalleryRows.Delete(_database, item.Id, transaction);
            GalleryRows.Insert(_database, item, views, _time.GetUtcNow(), transaction);
            Touch(item.Id);
        });
    }

    /// <summary>Replaces everything that came from the head office. Items enrolled on this device are an overlay that survives: where an id is the same, the local one stays and the other is left out.</summary>
    /// <returns>Ids that were left out.</returns>
    public IReadOnlyList<string> ReplaceOwned(IEnumerable<(GalleryItem Item, IReadOnlyList<GalleryView> Views)> content)
    {
        var overlaid = new List<string>();
        Change(transaction => ReplaceOwned(content, overlaid, transaction));
        return overlaid;
    }

    /// <summary>Removes an item; false where there was none.</summary>
    public bool Remove(string itemId)
    {
        var removed = false;
        Change(
            transaction =>
            {
                _changed |= removed = GalleryRows.Delete(_database, itemId, transaction);
                Touch(itemId);
            },
            isContent: false);
        return removed;
    }

    /// <summary>Changes a label; false where there was no such item.</summary>
    public bool Relabel(string itemId, string label)
    {
        CheckText(itemId, label);
        var relabelled = false;
        Change(
            transaction =>
            {
                _changed |= relabelled = GalleryRows.Relabel(_database, itemId, label, transaction);
                Touch(itemId);
            },
            isContent: false);
        return relabelled;
    }

    /// <summary>Many changes as one transaction and one generation: all or nothing. A batch inside a batch joins it.</summary>
    public void Batch(Action<GalleryStore> changes)
    {
        ArgumentNullException.ThrowIfNull(changes);
        Change(_ => changes(this), isContent: false);
    }

    /// <summary>Writes a consistent copy to another file, made anew.</summary>
    public void CopyTo(string path) => Run(() =>
    {
        File.Delete(path);
        _database.Execute($"VACUUM INTO '{path.Replace("'", "''", StringComparison.Ordinal)}'", null);
        return 0;
    });

    /// <summary>Every finding of a full check: the file's structure, every vector, every reference. Empty where all is well.</summary>
    public IReadOnlyList<string> Verify() => Run(() => GalleryCheck.Run(_database, Dimension, _batch));

    /// <inheritdoc/>
    public void Dispose() => _database.Dispose();

    /// <summary>Reads items and vectors in one read transaction.</summary>
    internal GallerySnapshot Snapshot() => Run(() => GallerySnapshot.Read(_database, Dimension, _batch));

    /// <summary>What differs from an earlier generation; null where that is not known, or where more than <paramref name="most"/> items do.</summary>
    internal GalleryChanges? ChangesSince(long generation, int most) => Run(() =>
    {
        using var own = _batch is null ? _database.BeginRead() : null;
        var within = _batch ?? own!;
        return _journal.Between(generation, long.Parse(_database.Meta(MetaKey.Generation, within)!), most) is { } ids ? GalleryChanges.Read(_database, Dimension, ids, within) : null;
    });

    private void Touch(string itemId) => _touched?.Add(itemId);

    private void ReplaceOwned(IEnumerable<(GalleryItem Item, IReadOnlyList<GalleryView> Views)> content, List<string> overlaid, SqliteTransaction transaction)
    {
        _touched = null;
        _database.Execute("DELETE FROM items WHERE local = 0", transaction);
        var locals = GalleryRows.LocalIds(_database, transaction);
        var now = _time.GetUtcNow();
        foreach (var (item, views) in content)
        {
            var owned = item with { Local = false };
            Check(owned, views);
            if (locals.Contains(owned.Id))
            {
                overlaid.Add(owned.Id);
                continue;
            }

            GalleryRows.Delete(_database, owned.Id, transaction);
            GalleryRows.Insert(_database, owned, views, now, transaction);
        }
    }

    private void Change(Action<SqliteTransaction> change, bool isContent = true) => Run(() =>
    {
        if (_batch is not null)
        {
            change(_batch);
            _changed |= isContent;
            return 0;
        }

        using var transaction = _database.Begin();
        _batch = transaction;
        _changed = false;
        _touched = [];
        try
        {
            change(transaction);
            var isNew = _changed || isContent;
            var generation = long.Parse(_database.Meta(MetaKey.Generation, transaction)!) + 1;
            if (isNew)
            {
                _database.SetMeta(MetaKey.Generation, generation.ToString(), transaction);
                _database.SetMeta(MetaKey.Content, GalleryHash.Of(_database, transaction), transaction);
            }

            transaction.Commit();
            if (isNew)
            {
                _journal.Add(generation, _touched);
            }
        }
        finally
        {
            _batch = null;
        }

        return 0;
    });

    private T Run<T>(Func<T> action)
    {
        lock (_lock)
        {
            return _database.Guard(action);
        }
    }

    private void Check(GalleryItem item, IReadOnlyList<GalleryView> views)
    {
        CheckText(item.Id, item.Label);
        if (views.Count == 0)
        {
            throw new GalleryException(GalleryFault.Item, $"The item '{item.Id}' comes without a view; it needs at least one picture.");
        }

        foreach (var view in views)
        {
            UnitVector.Check(view.Vector, Dimension, item.Id);
        }
    }

    private static void CheckText(string id, string label)
    {
        if (id.Length is < 1 or > LongestText || id.Any(char.IsControl))
        {
            throw new GalleryException(GalleryFault.Item, $"An item id has 1 to {LongestText} characters and no control characters; '{id}' does not.");
        }

        if (label.Length is < 1 or > LongestText || label.Any(char.IsControl))
        {
            throw new GalleryException(GalleryFault.Item, $"A label has 1 to {LongestText} characters and no control characters; that of '{id}' does not.");
        }
    }
}
