using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;

namespace ShiTu.Trainer.Tests.Import;

/// <summary>Writes pickles of protocol 3 opcode by opcode.</summary>
internal sealed class PickleWriter
{
    private readonly List<byte> _bytes = [0x80, 3];

    public byte[] Bytes => [.. _bytes];

    /// <summary>Adds opcodes written as Latin-1 text.</summary>
    public PickleWriter Add(string latin1)
    {
        _bytes.AddRange(Encoding.Latin1.GetBytes(latin1));
        return this;
    }

    public PickleWriter Text(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        Add("X").Number(bytes.Length);
        _bytes.AddRange(bytes);
        return this;
    }

    /// <summary>An array with as many zero bytes as asked for, which may not be what its shape needs.</summary>
    public PickleWriter Array(int[] shape, byte dataBytes) => Array(shape, new byte[dataBytes]);

    public PickleWriter Array(int[] shape, float[] values) => Array(shape, MemoryMarshal.AsBytes(values.AsSpan()));

    private PickleWriter Array(int[] shape, ReadOnlySpan<byte> data)
    {
        Add("cnumpy.core.multiarray\n_reconstruct\ncnumpy\nndarray\nK\0\u0085C\u0001b\u0087R(K\u0001(");
        foreach (var side in shape)
        {
            Add("J").Number(side);
        }

        Add("tcnumpy\ndtype\n").Text("f4").Add("\u0089\u0088\u0087R(K\u0003").Text("<").Add("NNNJ\u00ff\u00ff\u00ff\u00ffJ\u00ff\u00ff\u00ff\u00ffK\0tb\u0089B").Number(data.Length);
        _bytes.AddRange(data);
        return Add("tb");
    }

    private PickleWriter Number(int value)
    {
        Span<byte> bytes = stackalloc byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, value);
        _bytes.AddRange(bytes);
        return this;
    }
}
