using System.Numerics.Tensors;
using Microsoft.Data.Sqlite;
using ShiTu.Index.Gallery;

namespace ShiTu.Index.Storage;

/// <summary>The full check behind <c>gallery verify</c>.</summary>
internal static class GalleryCheck
{
    private const float Tolerance = 1e-3f;

    /// <summary>Every finding.</summary>
    public static List<string> Run(GalleryDatabase database, int dimension, SqliteTransaction? transaction)
    {
        var findings = new List<string>();
        using (var integrity = database.Command("PRAGMA integrity_check(100)", transaction))
        using (var rows = integrity.ExecuteReader())
        {
            while (rows.Read())
            {
                if (rows.GetString(0) != "ok")
                {
                    findings.Add(rows.GetString(0));
                }
            }
        }

        if (database.Scalar("SELECT COUNT(*) FROM items i WHERE NOT EXISTS (SELECT 1 FROM views v WHERE v.item = i.id)", transaction) is > 0 and var bare)
        {
            findings.Add($"{bare} items without a view");
        }

        if (database.Scalar("SELECT COUNT(*) FROM views v WHERE NOT EXISTS (SELECT 1 FROM items i WHERE i.id = v.item)", transaction) is > 0 and var lost)
        {
            findings.Add($"{lost} views without an item");
        }

        var (stored, found) = (database.Meta(MetaKey.Content, transaction), GalleryHash.Of(database, transaction));
        if (stored != found)
        {
            findings.Add($"the content's hash is {found}; the one that was written with it is {stored}");
        }

        using var command = database.Command("SELECT number, item, vector, digest, picture FROM views", transaction);
        using var views = command.ExecuteReader();
        while (views.Read())
        {
            var vector = (byte[])views.GetValue(2);
            var norm = vector.Length == dimension * sizeof(float) ? TensorPrimitives.Norm<float>(UnitVector.FromBytes(vector)) : float.NaN;
            if (!(Math.Abs(norm - 1) <= Tolerance))
            {
                findings.Add($"view {views.GetInt64(0)} of '{views.GetString(1)}': {vector.Length} bytes of length {norm}; expected {dimension} floats of length 1");
            }
            else if (!GalleryHash.OfView(vector, views.GetString(4)).AsSpan().SequenceEqual((byte[])views.GetValue(3)))
            {
                findings.Add($"view {views.GetInt64(0)} of '{views.GetString(1)}': its hash is not the one that was written with it");
            }
        }

        return findings;
    }
}
