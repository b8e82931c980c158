using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace ShiTu.Index.Storage;

/// <summary>
/// Hash of a gallery's content: items by id, their views by their digests (SHA-256 of the vector's bytes and the picture's hash), whatever order they came in. Where and when views came
/// from is not content.
/// </summary>
internal static class GalleryHash
{
    /// <summary>Digest of one view.</summary>
    public static byte[] OfView(ReadOnlySpan<byte> vector, string picture)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var digest = new byte[SHA256.HashSizeInBytes];
        OfView(hash, vector, Encoding.UTF8.GetBytes(picture), digest);
        return digest;
    }

    /// <summary>Digest of one of many views: <paramref name="hash"/> serves for all of them.</summary>
    public static void OfView(IncrementalHash hash, ReadOnlySpan<byte> vector, ReadOnlySpan<byte> picture, Span<byte> digest)
    {
        Append(hash, vector);
        Append(hash, picture);
        hash.GetHashAndReset(digest);
    }

    /// <summary>SHA-256, lower-case hex.</summary>
    public static string Of(GalleryDatabase database, SqliteTransaction? transaction)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        using var command = database.Command(
            "SELECT i.id, i.label, i.note, v.digest FROM items i LEFT JOIN views v ON v.item = i.id ORDER BY i.id, v.digest", transaction);
        using var rows = command.ExecuteReader();
        while (rows.Read())
        {
            // SQLite's own bytes: texts are UTF-8 there, and NULL is empty.
            for (var column = 0; column < 4; column++)
            {
                Append(hash, raw.sqlite3_column_blob(rows.Handle, column));
            }
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    // Lengths keep neighbouring texts apart.
    private static void Append(IncrementalHash hash, ReadOnlySpan<byte> bytes)
    {
        Span<byte> length = stackalloc byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(length, bytes.Length);
        hash.AppendData(length);
        hash.AppendData(bytes);
    }
}
