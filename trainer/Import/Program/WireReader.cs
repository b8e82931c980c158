using System.Buffers.Binary;
using System.Text;

namespace ShiTu.Trainer.Import.Program;

/// <summary>Reads protobuf's wire format, one field at a time, within the bounds of its message (<c>paddle-files.md</c> 2).</summary>
internal ref struct WireReader(ReadOnlySpan<byte> bytes, int start, string file)
{
    private readonly ReadOnlySpan<byte> _bytes = bytes;
    private int _at;

    /// <summary>Number of the field that was just read.</summary>
    public int Field { get; private set; }

    /// <summary>Its wire type: 0 varint, 1 eight bytes, 2 bytes with a length, 5 four bytes.</summary>
    public int Type { get; private set; }

    /// <summary>Goes to the next field; false at the end.</summary>
    public bool Next()
    {
        if (_at >= _bytes.Length)
        {
            return false;
        }

        var key = Varint();
        Type = (int)(key & 7);
        Field = (int)(key >> 3);
        return Type is 0 or 1 or 2 or 5 ? true : throw Refuse($"field {Field} has wire type {Type}");
    }

    /// <summary>The field's value as a signed number.</summary>
    public long Number() => Type switch
    {
        0 => (long)Varint(),
        1 => BinaryPrimitives.ReadInt64LittleEndian(Take(8)),
        5 => BinaryPrimitives.ReadInt32LittleEndian(Take(4)),
        _ => throw Refuse($"field {Field} is no number"),
    };

    /// <summary>The field's value as a 32-bit float.</summary>
    public float Single() => Type == 5 ? BinaryPrimitives.ReadSingleLittleEndian(Take(4)) : throw Refuse($"field {Field} is no float");

    /// <summary>The field's value as text.</summary>
    public string Text() => Encoding.UTF8.GetString(Bytes());

    /// <summary>The field's value as a message of its own.</summary>
    public WireReader Message()
    {
        var from = _at;
        var inner = Bytes();
        return new WireReader(inner, start + from, file);
    }

    /// <summary>Adds the field's numbers, packed or not.</summary>
    public void Numbers(List<long> into)
    {
        if (Type != 2)
        {
            into.Add(Number());
        }
        else
        {
            var packed = Message();
            while (packed._at < packed._bytes.Length)
            {
                into.Add((long)packed.Varint());
            }
        }

        Limit(into.Count);
    }

    /// <summary>Adds the field's floats, packed or not.</summary>
    public void Singles(List<float> into)
    {
        if (Type != 2)
        {
            into.Add(Single());
        }
        else
        {
            var packed = Message();
            while (packed._at < packed._bytes.Length)
            {
                into.Add(BinaryPrimitives.ReadSingleLittleEndian(packed.Take(4)));
            }
        }

        Limit(into.Count);
    }

    /// <summary>Passes over the field.</summary>
    public void Skip()
    {
        if (Type == 2)
        {
            Bytes();
        }
        else
        {
            Number();
        }
    }

    /// <summary>An error that names file and offset.</summary>
    public readonly ImportException Refuse(string reason) => new($"{file}, offset {start + _at}: {reason}.");

    private readonly void Limit(int count)
    {
        if (count > ImportLimits.Entries)
        {
            throw Refuse($"a list of more than {ImportLimits.Entries}");
        }
    }

    private ReadOnlySpan<byte> Bytes()
    {
        if (Type != 2)
        {
            throw Refuse($"field {Field} has no length");
        }

        var length = Varint();
        return length <= (ulong)(_bytes.Length - _at) ? Take((int)length) : throw Refuse($"a length of {length} where {_bytes.Length - _at} bytes are left");
    }

    private ulong Varint()
    {
        ulong value = 0;
        for (var shift = 0; shift < 70; shift += 7)
        {
            var part = Take(1)[0];
            value |= (ulong)(part & 0x7f) << shift;
            if ((part & 0x80) == 0)
            {
                return value;
            }
        }

        throw Refuse("a varint of more than ten bytes");
    }

    private ReadOnlySpan<byte> Take(int count)
    {
        if (count > _bytes.Length - _at)
        {
            throw Refuse($"the message ends where {count} more bytes are due");
        }

        var taken = _bytes.Slice(_at, count);
        _at += count;
        return taken;
    }
}
