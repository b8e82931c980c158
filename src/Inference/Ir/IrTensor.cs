using System.Buffers.Binary;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;

namespace ShiTu.Inference.Ir;

/// <summary>A constant: type, shape, and its bytes as they lie in the file (little-endian, row-major).</summary>
internal sealed class IrTensor(IrElementType type, int[] shape, ReadOnlyMemory<byte> data)
{
    public IrElementType Type { get; } = type;

    public int[] Shape { get; } = shape;

    public ReadOnlyMemory<byte> Data { get; } = data;

    public int Length => Data.Length / Type.Size();

    public static IrTensor Of(int[] shape, float[] values) => new(IrElementType.F32, shape, MemoryMarshal.AsBytes(values.AsSpan()).ToArray());

    public static IrTensor Of(int[] shape, long[] values) => new(IrElementType.I64, shape, MemoryMarshal.AsBytes(values.AsSpan()).ToArray());

    /// <summary>The same values under another shape of as many elements.</summary>
    public IrTensor Reshaped(int[] shape) => new(Type, shape, Data);

    /// <summary>The values as 32-bit floats; half precision is widened, integers are converted.</summary>
    public float[] ToFloats()
    {
        var values = new float[Length];
        CopyTo(values);
        return values;
    }

    /// <summary>Writes the values as 32-bit floats, without a copy in between: weights are most of a model's memory.</summary>
    public void CopyTo(Span<float> values)
    {
        values = values[..Length];
        var bytes = Data.Span;
        switch (Type)
        {
            case IrElementType.F32:
                MemoryMarshal.Cast<byte, float>(bytes).CopyTo(values);
                break;
            case IrElementType.F16:
                TensorPrimitives.ConvertToSingle(MemoryMarshal.Cast<byte, Half>(bytes), values);
                break;
            case IrElementType.F64:
                for (var i = 0; i < values.Length; i++) values[i] = (float)BinaryPrimitives.ReadDoubleLittleEndian(bytes[(8 * i)..]);
                break;
            default:
                for (var i = 0; i < values.Length; i++) values[i] = IntegerAt(bytes, i);
                break;
        }
    }

    /// <summary>The values as 64-bit integers; floats are truncated.</summary>
    public long[] ToIntegers()
    {
        if (Type.IsFloat()) return Array.ConvertAll(ToFloats(), value => (long)value);
        var values = new long[Length];
        for (var i = 0; i < values.Length; i++) values[i] = IntegerAt(Data.Span, i);
        return values;
    }

    private long IntegerAt(ReadOnlySpan<byte> bytes, int index) => Type switch
    {
        IrElementType.I64 => BinaryPrimitives.ReadInt64LittleEndian(bytes[(8 * index)..]),
        IrElementType.I32 => BinaryPrimitives.ReadInt32LittleEndian(bytes[(4 * index)..]),
        IrElementType.I8 => (sbyte)bytes[index],
        _ => bytes[index],
    };
}
