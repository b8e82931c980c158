using System.Runtime.InteropServices;
using ShiTu.Inference.Ir;
using Xunit;

namespace ShiTu.Inference.Tests.Ir;

public sealed class IrTensorTests
{
    [Fact]
    public void Every_half_is_widened_to_the_same_number()
    {
        var halves = Enumerable.Range(0, ushort.MaxValue + 1).Select(bits => BitConverter.UInt16BitsToHalf((ushort)bits)).ToArray();
        var tensor = new IrTensor(IrElementType.F16, [halves.Length], MemoryMarshal.AsBytes(halves.AsSpan()).ToArray());
        Assert.Equal(halves.Select(half => (float)half), tensor.ToFloats());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Wider_floats_are_written_as_they_are(bool isDouble)
    {
        float[] values = [0, -1.5f, float.MaxValue, float.Epsilon];
        var bytes = isDouble ? MemoryMarshal.AsBytes(Array.ConvertAll(values, value => (double)value).AsSpan()).ToArray() : MemoryMarshal.AsBytes(values.AsSpan()).ToArray();
        var written = new float[values.Length + 1];
        new IrTensor(isDouble ? IrElementType.F64 : IrElementType.F32, [values.Length], bytes).CopyTo(written);
        Assert.Equal([.. values, 0], written);
    }
}
