using System.Buffers.Binary;
using System.Text;
using System.Text.Unicode;

namespace ShiTu.Trainer.Import.Pickle;

/// <summary>
/// A stack interpreter for the part of the pickle format that checkpoints use (<c>paddle-files.md</c> 7). Nothing is executed: the few allowed names are
/// recognised as patterns, and anything else is refused with its opcode, offset and name.
/// </summary>
internal sealed class PickleReader
{
    private static readonly object Mark = new();
    private readonly byte[] _bytes;
    private readonly string _file;
    private readonly List<object?> _stack = [];
    private readonly Dictionary<long, object?> _memo = [];
    private int _at;

    private PickleReader(byte[] bytes, string file)
    {
        _bytes = bytes;
        _file = file;
    }

    /// <summary>Reads a pickle.</summary>
    /// <returns>Dictionaries as <see cref="Dictionary{TKey,TValue}"/> of string keys, lists, tuples as arrays, arrays as <see cref="PickleArray"/>, text, numbers, truth values, null.</returns>
    /// <exception cref="ImportException">Anything outside the subset.</exception>
    public static object? Read(byte[] bytes, string file) => new PickleReader(bytes, file).Run();

    private object? Run()
    {
        while (true)
        {
            var offset = _at;
            var opcode = Byte();
            if (opcode == (byte)'.')
            {
                return _stack.Count == 1 ? _stack[0] : throw Refuse(offset, $"the pickle ends with {_stack.Count} values on its stack, not one");
            }

            Step(opcode, offset);
        }
    }

    private void Step(byte opcode, int offset)
    {
        switch (opcode)
        {
            case 0x80: Protocol(offset); break;
            case 0x95: Skip(8); break;
            case (byte)'N': Push(null); break;
            case 0x88: Push(true); break;
            case 0x89: Push(false); break;
            case (byte)'J': Push((long)BinaryPrimitives.ReadInt32LittleEndian(Take(4))); break;
            case (byte)'K': Push((long)Byte()); break;
            case (byte)'M': Push((long)BinaryPrimitives.ReadUInt16LittleEndian(Take(2))); break;
            case 0x8a: Push(Long(offset)); break;
            case (byte)'G': Push(BinaryPrimitives.ReadDoubleBigEndian(Take(8))); break;
            case (byte)'X': Push(Text(BinaryPrimitives.ReadUInt32LittleEndian(Take(4)), offset)); break;
            case 0x8c: Push(Text(Byte(), offset)); break;
            case 0x8d: Push(Text(BinaryPrimitives.ReadUInt64LittleEndian(Take(8)), offset)); break;
            case (byte)'B': Push(Take(Length(BinaryPrimitives.ReadUInt32LittleEndian(Take(4)), offset)).ToArray()); break;
            case (byte)'C': Push(Take(Byte()).ToArray()); break;
            case 0x8e: Push(Take(Length(BinaryPrimitives.ReadUInt64LittleEndian(Take(8)), offset)).ToArray()); break;
            case (byte)'(': Push(Mark); break;
            case (byte)')': Push(Array.Empty<object?>()); break;
            case (byte)'t': Push(PopToMark(offset)); break;
            case 0x85: Push(PopMany(1, offset)); break;
            case 0x86: Push(PopMany(2, offset)); break;
            case 0x87: Push(PopMany(3, offset)); break;
            case (byte)']': Push(new List<object?>()); break;
            case (byte)'a': Append(offset, [Pop(offset)]); break;
            case (byte)'e': Append(offset, PopToMark(offset)); break;
            case (byte)'}': Push(new Dictionary<string, object?>(StringComparer.Ordinal)); break;
            case (byte)'s': SetItems(offset, PopMany(2, offset)); break;
            case (byte)'u': SetItems(offset, PopToMark(offset)); break;
            case (byte)'q': Memoize(Byte(), offset); break;
            case (byte)'r': Memoize(BinaryPrimitives.ReadUInt32LittleEndian(Take(4)), offset); break;
            case 0x94: Memoize(_memo.Count, offset); break;
            case (byte)'h': Recall(Byte(), offset); break;
            case (byte)'j': Recall(BinaryPrimitives.ReadUInt32LittleEndian(Take(4)), offset); break;
            case (byte)'c': Global(Line(offset), Line(offset), offset); break;
            case 0x93: StackGlobal(offset); break;
            case (byte)'R': Reduce(offset); break;
            case (byte)'b': Build(offset); break;
            default: throw Refuse(offset, $"opcode 0x{opcode:x2} is not one that checkpoints use");
        }
    }

    private void Protocol(int offset)
    {
        var protocol = Byte();
        if (protocol is < 2 or > 4)
        {
            throw Refuse(offset, $"protocol {protocol}; 2, 3 and 4 are read");
        }
    }

    private void StackGlobal(int offset)
    {
        if (PopMany(2, offset) is not [string module, string name])
        {
            throw Refuse(offset, "a name that is not text");
        }

        Global(module, name, offset);
    }

    private void Global(string module, string name, int offset)
    {
        var allowed = (module, name) is
            ("numpy.core.multiarray" or "numpy._core.multiarray", "_reconstruct") or ("numpy", "ndarray") or ("numpy", "dtype") or ("_codecs", "encode") or ("collections", "OrderedDict");
        Push(allowed ? new PickleGlobal(module, name) : throw Refuse(offset, $"the name {module}.{name} is not one that a checkpoint of weights needs; nothing was executed"));
    }

    private void Reduce(int offset)
    {
        if (PopMany(2, offset) is not [PickleGlobal global, object?[] arguments])
        {
            throw Refuse(offset, "a call of something that is no name");
        }

        Push((global.Name, arguments) switch
        {
            ("_reconstruct", [PickleGlobal { Name: "ndarray" }, object?[], _]) => new PickleArray(),
            ("dtype", [string code, ..]) => new PickleDtype(code),
            ("OrderedDict", []) => new Dictionary<string, object?>(StringComparer.Ordinal),
            ("encode", [string text, "latin1" or "latin-1" or "iso-8859-1"]) => Latin1(text, offset),
            _ => throw Refuse(offset, $"{global.Module}.{global.Name} with {arguments.Length} arguments is not a form that arrays are written in"),
        });
    }

    private void Build(int offset)
    {
        var parts = PopMany(2, offset);
        switch (parts[0], parts[1])
        {
            case (PickleArray array, object?[] { Length: 5 } state):
                Fill(array, state, offset);
                Push(array);
                break;
            case (PickleDtype dtype, object?[] { Length: >= 2 } state):
                dtype.Order = state[1] as string;
                Push(dtype);
                break;
            default:
                throw Refuse(offset, "state for something that is neither an array nor an element type");
        }
    }

    private void Fill(PickleArray array, object?[] state, int offset)
    {
        if (state is not [_, object?[] sides, PickleDtype dtype, false, byte[] data])
        {
            throw Refuse(offset, "an array that is column-major or not written as version, shape, type, order and data");
        }

        if (dtype.Code != "f4" || dtype.Order is not ("<" or "="))
        {
            throw Refuse(offset, $"an array of '{dtype.Order}{dtype.Code}'; only little-endian 32-bit floats ('<f4') are read");
        }

        var dims = sides.Select(side => side as long? ?? throw Refuse(offset, "a shape that is no list of whole numbers")).ToArray();
        var what = $"{_file} at {offset}";
        if (ImportLimits.Elements(dims, what) * sizeof(float) != data.Length)
        {
            throw Refuse(offset, $"{data.Length} bytes do not fill the shape [{string.Join(',', dims)}]");
        }

        array.Shape = [.. dims.Select(side => (int)side)];
        array.Values = ImportLimits.Floats(data, what);
    }

    private byte[] Latin1(string text, int offset)
    {
        var bytes = new byte[text.Length];
        for (var i = 0; i < text.Length; i++)
        {
            bytes[i] = text[i] <= 0xff ? (byte)text[i] : throw Refuse(offset, "bytes written as text hold a character above U+00FF");
        }

        return bytes;
    }

    private void Append(int offset, object?[] values)
    {
        if (Peek(offset) is not List<object?> list)
        {
            throw Refuse(offset, "an element for something that is no list");
        }

        list.AddRange(values);
    }

    private void SetItems(int offset, object?[] pairs)
    {
        if (Peek(offset) is not Dictionary<string, object?> dictionary || pairs.Length % 2 != 0)
        {
            throw Refuse(offset, "an entry for something that is no dictionary");
        }

        for (var i = 0; i < pairs.Length; i += 2)
        {
            if (pairs[i] is not string key || !dictionary.TryAdd(key, pairs[i + 1]))
            {
                throw Refuse(offset, $"a dictionary key that is no text or is there twice: '{pairs[i]}'");
            }
        }
    }

    private void Memoize(long index, int offset)
    {
        if (_memo.Count >= ImportLimits.Entries)
        {
            throw Refuse(offset, $"more than {ImportLimits.Entries} remembered values");
        }

        _memo[index] = Peek(offset);
    }

    private void Recall(long index, int offset) => Push(_memo.TryGetValue(index, out var value) ? value : throw Refuse(offset, $"remembered value {index} was never stored"));

    private long Long(int offset)
    {
        var length = Byte();
        if (length > 8)
        {
            throw Refuse(offset, $"a whole number of {length} bytes");
        }

        long value = 0;
        var bytes = Take(length);
        for (var i = 0; i < length; i++)
        {
            value |= (long)bytes[i] << (8 * i);
        }

        return length is > 0 and < 8 && (bytes[length - 1] & 0x80) != 0 ? value - (1L << (8 * length)) : value;
    }

    private string Text(ulong length, int offset)
    {
        var bytes = Take(Length(length, offset));
        return Utf8.IsValid(bytes) ? Encoding.UTF8.GetString(bytes) : throw Refuse(offset, "text that is no UTF-8");
    }

    private int Length(ulong length, int offset) =>
        length <= (ulong)(_bytes.Length - _at) ? (int)length : throw Refuse(offset, $"a length of {length} where {_bytes.Length - _at} bytes are left");

    private string Line(int offset)
    {
        var end = Array.IndexOf(_bytes, (byte)'\n', _at);
        if (end < 0 || end - _at > 200)
        {
            throw Refuse(offset, "a name without an end");
        }

        var line = Encoding.ASCII.GetString(_bytes, _at, end - _at);
        _at = end + 1;
        return line;
    }

    private void Skip(int count) => Take(count);

    private byte Byte() => Take(1)[0];

    private ReadOnlySpan<byte> Take(int count)
    {
        if (count > _bytes.Length - _at)
        {
            throw Refuse(_at, $"the file ends where {count} more bytes are due");
        }

        var taken = _bytes.AsSpan(_at, count);
        _at += count;
        return taken;
    }

    private void Push(object? value)
    {
        if (_stack.Count >= ImportLimits.Entries)
        {
            throw Refuse(_at, $"more than {ImportLimits.Entries} values on the stack");
        }

        _stack.Add(value);
    }

    private object? Peek(int offset) => _stack.Count > 0 && !ReferenceEquals(_stack[^1], Mark) ? _stack[^1] : throw Refuse(offset, "an empty stack");

    private object? Pop(int offset) => PopMany(1, offset)[0];

    private object?[] PopMany(int count, int offset)
    {
        if (_stack.Count < count || _stack[^count..].Any(value => ReferenceEquals(value, Mark)))
        {
            throw Refuse(offset, "an empty stack");
        }

        object?[] values = [.. _stack[^count..]];
        _stack.RemoveRange(_stack.Count - count, count);
        return values;
    }

    private object?[] PopToMark(int offset)
    {
        var mark = _stack.FindLastIndex(value => ReferenceEquals(value, Mark));
        if (mark < 0)
        {
            throw Refuse(offset, "no mark on the stack");
        }

        object?[] values = [.. _stack[(mark + 1)..]];
        _stack.RemoveRange(mark, _stack.Count - mark);
        return values;
    }

    private ImportException Refuse(int offset, string reason) => new($"{_file}, offset {offset}: {reason}.");
}
