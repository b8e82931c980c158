using System.Buffers.Binary;
using System.Text;

namespace ShiTu.Inference.Engines.OnnxRuntime;

/// <summary>
/// The three wire types that an ONNX file needs. Written by hand and not with Google.Protobuf: the agent only ever writes one
/// fixed, small message tree, and the package with its generated ONNX classes would cost the AOT binary more than all our readers.
/// </summary>
internal sealed class ProtobufWriter(int capacity)
{
    // A length is patched in when its message ends; five bytes hold any 32-bit length, and a varint may have leading zero groups.
    private const int LengthBytes = 5;

    private byte[] _buffer = GC.AllocateUninitializedArray<byte>(Math.Max(capacity, 1024));
    private int _length;
    private int _counted;
    private bool _isCounting;

    /// <summary>Bytes so far.</summary>
    public int Length => checked(_length + _counted);

    /// <summary>A writer that only counts what <see cref="Fill"/> would write.</summary>
    public static ProtobufWriter Counting() => new(1 << 16) { _isCounting = true };

    public byte[] ToArray()
    {
        if (_buffer.Length != _length) Array.Resize(ref _buffer, _length);
        return _buffer;
    }

    public void Integer(int field, long value)
    {
        Key(field, 0);
        Varint((ulong)value);
    }

    public void Float(int field, float value)
    {
        Key(field, 5);
        BinaryPrimitives.WriteSingleLittleEndian(Reserve(4), value);
    }

    public void Text(int field, string value) => Bytes(field, Encoding.UTF8.GetBytes(value));

    public void Bytes(int field, ReadOnlySpan<byte> value)
    {
        Key(field, 2);
        Varint((ulong)value.Length);
        value.CopyTo(Reserve(value.Length));
    }

    /// <summary>A field of <paramref name="bytes"/> bytes that <paramref name="write"/> writes in place.</summary>
    public void Fill(int field, int bytes, Action<Span<byte>> write)
    {
        Key(field, 2);
        Varint((ulong)bytes);
        if (_isCounting) _counted = checked(_counted + bytes);
        else write(Reserve(bytes));
    }

    /// <summary>A nested message: everything that <paramref name="write"/> writes.</summary>
    public void Message(int field, Action<ProtobufWriter> write)
    {
        Key(field, 2);
        Reserve(LengthBytes);
        var start = _length;
        write(this);
        var length = (uint)(_length - start);
        var place = _buffer.AsSpan(start - LengthBytes, LengthBytes);
        for (var i = 0; i < LengthBytes; i++, length >>= 7)
        {
            place[i] = (byte)((length & 0x7F) | (i < LengthBytes - 1 ? 0x80u : 0));
        }
    }

    private void Key(int field, int wireType) => Varint((ulong)((field << 3) | wireType));

    private void Varint(ulong value)
    {
        for (; value >= 0x80; value >>= 7) Reserve(1)[0] = (byte)(value | 0x80);
        Reserve(1)[0] = (byte)value;
    }

    private Span<byte> Reserve(int count)
    {
        var needed = checked(_length + count);
        if (needed > _buffer.Length) Array.Resize(ref _buffer, (int)Math.Min(Array.MaxLength, Math.Max(2L * _buffer.Length, needed)));
        var place = _buffer.AsSpan(_length, count);
        _length = needed;
        return place;
    }
}
