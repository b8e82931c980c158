namespace ShiTu.Trainer.Import;

/// <summary>Foreign files are untrusted input (<c>paddle-files.md</c> 8).</summary>
internal static class ImportLimits
{
    /// <summary>Largest file, bytes.</summary>
    public const long FileBytes = 512L << 20;

    /// <summary>Most variables, operators, memo entries.</summary>
    public const int Entries = 100_000;

    /// <summary>Most dimensions of an array.</summary>
    public const int Rank = 8;

    /// <summary>Deepest nesting.</summary>
    public const int Depth = 64;

    /// <summary>Reads a file within the limit.</summary>
    public static byte[] ReadFile(string path)
    {
        var file = new FileInfo(path);
        if (!file.Exists)
        {
            throw new ImportException($"{path}: no such file.");
        }

        return file.Length <= FileBytes ? File.ReadAllBytes(path) : throw new ImportException($"{path}: {file.Length} bytes are more than the {FileBytes} that are read.");
    }

    /// <summary>Number of elements of a shape, checked.</summary>
    public static long Elements(IReadOnlyList<long> dims, string what)
    {
        if (dims.Count > Rank)
        {
            throw new ImportException($"{what}: {dims.Count} dimensions, at most {Rank} are read.");
        }

        long product = 1;
        foreach (var side in dims)
        {
            if (side < 0 || (side > 0 && product > FileBytes / side))
            {
                throw new ImportException($"{what}: the shape [{string.Join(',', dims)}] is not a weight's.");
            }

            product *= side;
        }

        return product;
    }

    /// <summary>Widens little-endian bytes to floats and checks that each is finite.</summary>
    public static float[] Floats(ReadOnlySpan<byte> bytes, string what)
    {
        var values = System.Runtime.InteropServices.MemoryMarshal.Cast<byte, float>(bytes).ToArray();
        var bad = Array.FindIndex(values, value => !float.IsFinite(value));
        return bad < 0 ? values : throw new ImportException($"{what}: element {bad} is {values[bad]}; weights must be finite.");
    }
}
