using System.Runtime.InteropServices;
using Microsoft.Data.Sqlite;
using ShiTu.Index.Gallery;
using SQLitePCL;

namespace ShiTu.Index.Storage;

/// <summary>An item that changed, as it is now.</summary>
/// <param name="Item">The item.</param>
/// <param name="Views">Its vectors.</param>
internal sealed record ChangedItem(GalleryItem Item, IReadOnlyList<float[]> Views);

/// <summary>What differs from an earlier generation.</summary>
/// <param name="Generation">Generation now.</param>
/// <param name="ContentHash">Hash of the content now.</param>
/// <param name="ItemCount">Items now.</param>
/// <param name="LocalItemCount">Of those, enrolled on this device.</param>
/// <param name="ViewCount">Views now.</param>
/// <param name="Ids">Ids that were touched since.</param>
/// <param name="Items">Those of them that are there now.</param>
internal sealed record GalleryChanges(
    long Generation, string ContentHash, int ItemCount, int LocalItemCount, int ViewCount, IReadOnlySet<string> Ids, IReadOnlyList<ChangedItem> Items)
{
    /// <summary>Reads them.</summary>
    /// <exception cref="GalleryException">A view is not what was written.</exception>
    public static GalleryChanges Read(GalleryDatabase database, int dimension, IReadOnlySet<string> ids, SqliteTransaction transaction) => new(
        long.Parse(database.Meta(MetaKey.Generation, transaction)!),
        database.Meta(MetaKey.Content, transaction)!,
        (int)database.Scalar("SELECT COUNT(*) FROM items", transaction),
        (int)database.Scalar("SELECT COUNT(*) FROM items WHERE local = 1", transaction),
        (int)database.Scalar("SELECT COUNT(*) FROM views", transaction),
        ids,
        [.. ids.Order(StringComparer.Ordinal).Select(id => GalleryRows.Item(database, id, transaction)).OfType<GalleryItem>().Select(item => new ChangedItem(item, Vectors(database, dimension, item.Id, transaction)))]);

    private static List<float[]> Vectors(GalleryDatabase database, int dimension, string id, SqliteTransaction transaction)
    {
        using var command = database.Command("SELECT vector, digest, picture FROM views WHERE item = $id ORDER BY number", transaction, ("$id", id));
        using var rows = command.ExecuteReader();
        var vectors = new List<float[]>();
        while (rows.Read())
        {
            var bytes = raw.sqlite3_column_blob(rows.Handle, 0);
            if (bytes.Length != dimension * sizeof(float) || !GalleryHash.OfView(bytes, rows.GetString(2)).AsSpan().SequenceEqual(raw.sqlite3_column_blob(rows.Handle, 1)))
            {
                throw new GalleryException(GalleryFault.Corrupt, $"{database.FilePath}: a view of '{id}' is not what was written; restore the gallery from a copy, or build it again. `gallery verify` says more.");
            }

            vectors.Add(MemoryMarshal.Cast<byte, float>(bytes).ToArray());
        }

        return vectors;
    }
}
