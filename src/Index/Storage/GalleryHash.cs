using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Data.Sqlite;

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
        Append(hash, vector);
        Append(hash, Encoding.UTF8.GetBytes(picture));
        return hash.GetHashAndReset();
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
            for (var column = 0; column < 3; column++)
            {
                Append(hash, rows.IsDBNull(column) ? [] : Encoding.UTF8.GetBytes(rows.GetString(column)));
            }

            Append(hash, rows.IsDBNull(3) ? [] : (byte[])rows.GetValue(3));
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
