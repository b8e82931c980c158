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

        using var command = database.Command("SELECT number, item, vector FROM views", transaction);
        using var views = command.ExecuteReader();
        while (views.Read())
        {
            var vector = (byte[])views.GetValue(2);
            var norm = vector.Length == dimension * sizeof(float) ? TensorPrimitives.Norm<float>(UnitVector.FromBytes(vector)) : float.NaN;
            if (!(Math.Abs(norm - 1) <= Tolerance))
            {
                findings.Add($"view {views.GetInt64(0)} of '{views.GetString(1)}': {vector.Length} bytes of length {norm}; expected {dimension} floats of length 1");
            }
        }

        return findings;
    }
}
