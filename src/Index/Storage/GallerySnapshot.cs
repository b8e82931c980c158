using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Microsoft.Data.Sqlite;
using ShiTu.Index.Gallery;
using SQLitePCL;

namespace ShiTu.Index.Storage;

/// <summary>Items and vectors of one state of the gallery.</summary>
/// <param name="Generation">Its generation.</param>
/// <param name="ContentHash">Its hash.</param>
/// <param name="Items">Items by id.</param>
/// <param name="Vectors">All vectors, row by row.</param>
/// <param name="ItemOfView">The item's row for each vector.</param>
/// <param name="Dimension">Floats a vector.</param>
internal sealed record GallerySnapshot(long Generation, string ContentHash, IReadOnlyList<GalleryItem> Items, float[] Vectors, int[] ItemOfView, int Dimension)
{
    /// <summary>Reads the state, in one read transaction unless the caller is inside a write.</summary>
    public static GallerySnapshot Read(GalleryDatabase database, int dimension, SqliteTransaction? transaction)
    {
        using var own = transaction is null ? database.BeginRead() : null;
        var within = transaction ?? own;
        var generation = long.Parse(database.Meta(MetaKey.Generation, within)!);
        var items = GalleryRows.Items(database, within);
        var rowOf = items.Select((item, row) => (item.Id, row)).ToDictionary(pair => pair.Id, pair => pair.row, StringComparer.Ordinal);
        var count = (int)database.Scalar("SELECT COUNT(*) FROM views", within);
        var vectors = new float[(long)count * dimension];
        var itemOfView = new int[count];
        using (var command = database.Command("SELECT item, vector, digest, picture FROM views ORDER BY item, number", within))
        using (var rows = command.ExecuteReader())
        {
            var view = 0;
            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
            for (; rows.Read(); view++)
            {
                // SQLite's own bytes: an array for each vector would be as much garbage as the gallery is large.
                var bytes = raw.sqlite3_column_blob(rows.Handle, 1);
                GalleryHash.OfView(hash, bytes, raw.sqlite3_column_blob(rows.Handle, 3), digest);
                if (view == count || bytes.Length != dimension * sizeof(float) || !rowOf.TryGetValue(rows.GetString(0), out var row) ||
                    !digest.SequenceEqual(raw.sqlite3_column_blob(rows.Handle, 2)))
                {
                    throw new GalleryException(GalleryFault.Corrupt, $"{database.FilePath}: view {view} of '{rows.GetString(0)}' is not what was written; restore the gallery from a copy, or build it again. `gallery verify` says more.");
                }

                MemoryMarshal.Cast<byte, float>(bytes).CopyTo(vectors.AsSpan(view * dimension));
                itemOfView[view] = row;
            }

            if (view != count)
            {
                throw new GalleryException(GalleryFault.Corrupt, $"{database.FilePath}: {count} views are counted, {view} were read.");
            }
        }

        var (stored, found) = (database.Meta(MetaKey.Content, within), GalleryHash.Of(database, within));
        return stored == found
            ? new GallerySnapshot(generation, found, items, vectors, itemOfView, dimension)
            : throw new GalleryException(GalleryFault.Corrupt,
                $"{database.FilePath}: the content's hash is {found}, the one that was written with it is {stored}; restore the gallery from a copy, or build it again.");
    }
}
