using System.Buffers.Binary;

namespace ShiTu.TestKit.Fuzzing;

/// <summary>Changes bytes at random, the same way for the same seed: bits, bytes, numbers, tokens, and parts of other inputs.</summary>
internal sealed class Mutator(int seed, IReadOnlyList<byte[]> tokens, int mostBytes)
{
    private static readonly long[] Edges = [0, 1, -1, 2, 7, 8, 16, 127, 128, 255, 256, 32767, 32768, 65535, 65536, int.MaxValue, int.MinValue, uint.MaxValue, long.MaxValue, long.MinValue];
    private readonly Random _random = new(seed);
    private readonly List<byte> _work = [];

    /// <summary>An input out of the corpus, changed 1 to 8 times.</summary>
    public byte[] Next(IReadOnlyList<byte[]> corpus)
    {
        _work.Clear();
        _work.AddRange(corpus[_random.Next(corpus.Count)]);
        for (var left = _random.Next(8) + 1; left > 0; left--)
        {
            Change(corpus);
        }

        if (_work.Count > mostBytes)
        {
            _work.RemoveRange(mostBytes, _work.Count - mostBytes);
        }

        return [.. _work];
    }

    private void Change(IReadOnlyList<byte[]> corpus)
    {
        switch (_random.Next(tokens.Count > 0 ? 11 : 9))
        {
            case 0 when _work.Count > 0:
                _work[_random.Next(_work.Count)] ^= (byte)(1 << _random.Next(8));
                break;
            case 1 when _work.Count > 0:
                _work[_random.Next(_work.Count)] = (byte)_random.Next(256);
                break;
            case 2:
                _work.Insert(_random.Next(_work.Count + 1), (byte)_random.Next(256));
                break;
            case 3 when _work.Count > 0:
                var (start, length) = Range(_work.Count);
                _work.RemoveRange(start, length);
                break;
            case 4 when _work.Count > 0:
                (start, length) = Range(_work.Count);
                _work.InsertRange(_random.Next(_work.Count + 1), _work.GetRange(start, length));
                break;
            case 5 when _work.Count > 0:
                Truncate();
                break;
            case 6:
                Number();
                break;
            case 7:
                var other = corpus[_random.Next(corpus.Count)];
                if (other.Length > 0)
                {
                    (start, length) = Range(other.Length);
                    _work.InsertRange(_random.Next(_work.Count + 1), other.AsSpan(start, length));
                }

                break;
            case 8:
                Digits();
                break;
            case 9:
                _work.InsertRange(_random.Next(_work.Count + 1), tokens[_random.Next(tokens.Count)]);
                break;
            case 10:
                var token = tokens[_random.Next(tokens.Count)];
                if (_work.Count >= token.Length)
                {
                    var at = _random.Next(_work.Count - token.Length + 1);
                    _work.RemoveRange(at, token.Length);
                    _work.InsertRange(at, token);
                }

                break;
        }
    }

    private (int Start, int Length) Range(int count)
    {
        var start = _random.Next(count);
        return (start, _random.Next(Math.Min(count - start, _random.Next(4) == 0 ? count : 16)) + 1);
    }

    private void Truncate()
    {
        var keep = _random.Next(_work.Count);
        _work.RemoveRange(keep, _work.Count - keep);
    }

    // A binary number of 1 to 8 bytes becomes one where programs go wrong.
    private void Number()
    {
        var size = 1 << _random.Next(4);
        if (_work.Count < size)
        {
            return;
        }

        Span<byte> bytes = stackalloc byte[8];
        var value = Edges[_random.Next(Edges.Length)];
        if (_random.Next(2) == 0)
        {
            BinaryPrimitives.WriteInt64LittleEndian(bytes, value);
            bytes = bytes[..size];
        }
        else
        {
            BinaryPrimitives.WriteInt64BigEndian(bytes, value);
            bytes = bytes[^size..];
        }

        var at = _random.Next(_work.Count - size + 1);
        for (var i = 0; i < size; i++)
        {
            _work[at + i] = bytes[i];
        }
    }

    // A run of decimal digits becomes another number.
    private void Digits()
    {
        if (_work.Count == 0)
        {
            return;
        }

        var from = _random.Next(_work.Count);
        while (from < _work.Count && _work[from] is < (byte)'0' or > (byte)'9')
        {
            from++;
        }

        var to = from;
        while (to < _work.Count && _work[to] is >= (byte)'0' and <= (byte)'9')
        {
            to++;
        }

        if (to > from)
        {
            _work.RemoveRange(from, to - from);
            _work.InsertRange(from, System.Text.Encoding.ASCII.GetBytes(Edges[_random.Next(Edges.Length)].ToString(System.Globalization.CultureInfo.InvariantCulture)));
        }
    }
}
