using System.Buffers.Binary;

namespace ShiTu.Trainer.Import.Program;

/// <summary>Reads and measures <c>inference.pdiparams</c>: weights one after another, names only in the program (<c>paddle-files.md</c> 5).</summary>
public static class ParameterStream
{
    private const int HeaderBytes = 20;

    /// <summary>Reads every weight of <paramref name="weights"/>, in that order.</summary>
    /// <exception cref="ImportException">The file has another length, order, shape or element type than the program says.</exception>
    public static IReadOnlyList<NamedTensor> Read(string path, IReadOnlyList<PaddleVariable> weights)
    {
        foreach (var weight in weights)
        {
            Check(weight, path);
        }

        var expected = ExpectedLength(weights);
        var bytes = ImportLimits.ReadFile(path);
        if (bytes.LongLength != expected)
        {
            throw new ImportException($"{path}: {bytes.LongLength} bytes; the program's {weights.Count} weights take exactly {expected}. The two files do not belong together, or this one is cut off.");
        }

        var tensors = new List<NamedTensor>(weights.Count);
        var at = 0;
        foreach (var weight in weights)
        {
            tensors.Add(ReadOne(bytes, ref at, weight, path));
        }

        return at == bytes.Length ? tensors : throw new ImportException($"{path}, offset {at}: {bytes.Length - at} bytes are left after the last weight.");
    }

    /// <summary>The exact length of the file that belongs to these weights, bytes.</summary>
    public static long ExpectedLength(IReadOnlyList<PaddleVariable> weights) =>
        weights.Sum(weight => HeaderBytes + DescriptionBytes(weight.Dims) + (ImportLimits.Elements(weight.Dims, weight.Name) * sizeof(float)));

    private static void Check(PaddleVariable weight, string path)
    {
        if (weight.ElementType != TensorDescription.Float32)
        {
            throw new ImportException($"{path}: the weight '{weight.Name}' has element type {weight.ElementType}; only 32-bit floats (5) are read.");
        }

        ImportLimits.Elements(weight.Dims, $"{path}: weight '{weight.Name}'");
    }

    private static int DescriptionBytes(IReadOnlyList<long> dims) => 2 + dims.Sum(side => 1 + VarintBytes(side));

    private static int VarintBytes(long value)
    {
        var bytes = 1;
        for (var rest = (ulong)value >> 7; rest != 0; rest >>= 7)
        {
            bytes++;
        }

        return bytes;
    }

    private static NamedTensor ReadOne(byte[] bytes, ref int at, PaddleVariable weight, string path)
    {
        var what = $"{path}, offset {at}, weight '{weight.Name}'";
        var outer = BinaryPrimitives.ReadUInt32LittleEndian(Take(bytes, ref at, 4, what));
        var levels = BinaryPrimitives.ReadUInt64LittleEndian(Take(bytes, ref at, 8, what));
        if (outer != 0 || levels != 0)
        {
            throw new ImportException($"{what}: version {outer} with {levels} lod levels; expected 0 and 0.");
        }

        var version = BinaryPrimitives.ReadUInt32LittleEndian(Take(bytes, ref at, 4, what));
        var length = BinaryPrimitives.ReadInt32LittleEndian(Take(bytes, ref at, 4, what));
        if (version != 0 || length < 0)
        {
            throw new ImportException($"{what}: tensor version {version}, description of {length} bytes; expected version 0.");
        }

        List<long> dims = [];
        var descriptionAt = at;
        var element = TensorDescription.Read(new WireReader(Take(bytes, ref at, length, what), descriptionAt, path), dims);
        if (element != weight.ElementType || !dims.SequenceEqual(weight.Dims))
        {
            throw new ImportException($"{what}: the file has [{string.Join(',', dims)}] of type {element}, the program [{string.Join(',', weight.Dims)}] of type {weight.ElementType}; is the order another, or the file another model's?");
        }

        var data = Take(bytes, ref at, checked((int)(ImportLimits.Elements(dims, what) * sizeof(float))), what);
        return new NamedTensor(weight.Name, [.. dims.Select(side => (int)side)], ImportLimits.Floats(data, what));
    }

    private static ReadOnlySpan<byte> Take(byte[] bytes, ref int at, int count, string what)
    {
        if (count < 0 || count > bytes.Length - at)
        {
            throw new ImportException($"{what}: the file ends where {count} more bytes are due.");
        }

        var taken = bytes.AsSpan(at, count);
        at += count;
        return taken;
    }
}
