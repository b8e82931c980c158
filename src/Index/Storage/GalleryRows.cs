using System.Globalization;
using Microsoft.Data.Sqlite;
using ShiTu.Index.Gallery;

namespace ShiTu.Index.Storage;

/// <summary>Items and views as rows.</summary>
internal static class GalleryRows
{
    /// <summary>All items, ordered by id (ordinal).</summary>
    public static List<GalleryItem> Items(GalleryDatabase database, SqliteTransaction? transaction)
    {
        using var command = database.Command("SELECT id, label, note, local FROM items ORDER BY id", transaction);
        using var rows = command.ExecuteReader();
        var items = new List<GalleryItem>();
        while (rows.Read())
        {
            items.Add(new GalleryItem(rows.GetString(0), rows.GetString(1), rows.IsDBNull(2) ? null : rows.GetString(2), rows.GetInt32(3) != 0));
        }

        return items;
    }

    /// <summary>Ids of the items enrolled on this device.</summary>
    public static HashSet<string> LocalIds(GalleryDatabase database, SqliteTransaction? transaction)
    {
        using var command = database.Command("SELECT id FROM items WHERE local = 1", transaction);
        using var rows = command.ExecuteReader();
        var ids = new HashSet<string>(StringComparer.Ordinal);
        while (rows.Read())
        {
            ids.Add(rows.GetString(0));
        }

        return ids;
    }

    /// <summary>An item, or null.</summary>
    public static GalleryItem? Item(GalleryDatabase database, string id, SqliteTransaction? transaction)
    {
        using var command = database.Command("SELECT label, note, local FROM items WHERE id = $id", transaction, ("$id", id));
        using var rows = command.ExecuteReader();
        return rows.Read() ? new GalleryItem(id, rows.GetString(0), rows.IsDBNull(1) ? null : rows.GetString(1), rows.GetInt32(2) != 0) : null;
    }

    /// <summary>The views of an item, oldest first.</summary>
    public static List<GalleryView> Views(GalleryDatabase database, string item, SqliteTransaction? transaction)
    {
        using var command = database.Command("SELECT vector, picture, origin FROM views WHERE item = $item ORDER BY number", transaction, ("$item", item));
        using var rows = command.ExecuteReader();
        var views = new List<GalleryView>();
        while (rows.Read())
        {
            views.Add(new GalleryView(UnitVector.FromBytes((byte[])rows.GetValue(0)), rows.GetString(1), rows.GetString(2)));
        }

        return views;
    }

    /// <summary>The kept pictures of an item's views, oldest first; null where none is kept.</summary>
    public static List<byte[]?> Pictures(GalleryDatabase database, string item, SqliteTransaction? transaction)
    {
        // A file of an older program that is only read has no such table.
        var sql = database.Scalar("SELECT COUNT(*) FROM sqlite_master WHERE name = 'pictures'", transaction) == 1
            ? "SELECT jpeg FROM views LEFT JOIN pictures ON view = number WHERE item = $item ORDER BY number"
            : "SELECT NULL FROM views WHERE item = $item";
        using var command = database.Command(sql, transaction, ("$item", item));
        using var rows = command.ExecuteReader();
        var pictures = new List<byte[]?>();
        while (rows.Read())
        {
            pictures.Add(rows.IsDBNull(0) ? null : (byte[])rows.GetValue(0));
        }

        return pictures;
    }

    /// <summary>Label of an item, or null.</summary>
    public static string? Label(GalleryDatabase database, string item, SqliteTransaction transaction)
    {
        using var command = database.Command("SELECT label FROM items WHERE id = $id", transaction, ("$id", item));
        return command.ExecuteScalar() as string;
    }

    /// <summary>Inserts an item, or leaves the one that is there, and adds the views.</summary>
    public static void Insert(GalleryDatabase database, GalleryItem item, IReadOnlyList<GalleryView> views, DateTimeOffset now, SqliteTransaction transaction)
    {
        database.Execute(
            "INSERT INTO items (id, label, note, local) VALUES ($id, $label, $note, $local) ON CONFLICT (id) DO NOTHING",
            transaction, ("$id", item.Id), ("$label", item.Label), ("$note", item.Note), ("$local", item.Local ? 1 : 0));
        var added = now.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
        foreach (var view in views)
        {
            var vector = UnitVector.ToBytes(view.Vector);
            database.Execute(
                "INSERT INTO views (item, vector, digest, picture, origin, added) VALUES ($item, $vector, $digest, $picture, $origin, $added)",
                transaction, ("$item", item.Id), ("$vector", vector), ("$digest", GalleryHash.OfView(vector, view.PictureSha256)), ("$picture", view.PictureSha256),
                ("$origin", view.Origin), ("$added", added));
            if (view.Picture is { } picture)
            {
                database.Execute("INSERT INTO pictures (view, jpeg) VALUES (last_insert_rowid(), $jpeg)", transaction, ("$jpeg", picture));
            }
        }
    }

    /// <summary>Deletes an item and its views; false where there was none.</summary>
    public static bool Delete(GalleryDatabase database, string item, SqliteTransaction transaction) =>
        database.Execute("DELETE FROM items WHERE id = $id", transaction, ("$id", item)) > 0;

    /// <summary>Changes a label; false where there was no such item.</summary>
    public static bool Relabel(GalleryDatabase database, string item, string label, SqliteTransaction transaction) =>
        database.Execute("UPDATE items SET label = $label WHERE id = $id", transaction, ("$id", item), ("$label", label)) > 0;
}
