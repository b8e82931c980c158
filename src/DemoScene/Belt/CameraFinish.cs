using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace ShiTu.DemoScene.Belt;

/// <summary>What a camera does to the drawing: BGRA to BGR, a light softness along the rows, noise.</summary>
internal sealed class CameraFinish
{
    private const int NoiseLength = 1 << 16;
    private readonly byte[] _more = new byte[NoiseLength];
    private readonly byte[] _less = new byte[NoiseLength];
    private readonly byte[] _row;

    public CameraFinish(int width, int noise, int seed)
    {
        // Three rows' worth of slack lets the vector loops run over the end.
        _row = new byte[(width * 3) + 64];
        var random = new Random(seed + 991);
        for (var i = 0; i < NoiseLength; i++)
        {
            // The sum of three is close enough to a bell.
            var level = (int)Math.Round((random.NextDouble() + random.NextDouble() + random.NextDouble() - 1.5) * noise);
            _more[i] = (byte)Math.Max(0, level);
            _less[i] = (byte)Math.Max(0, -level);
        }
    }

    /// <summary>Finishes a frame.</summary>
    /// <param name="bgra">Drawn pixels.</param>
    /// <param name="stride">Bytes a row of them.</param>
    /// <param name="bgr">Receives rows without padding.</param>
    /// <param name="width">Pixels a row.</param>
    /// <param name="height">Rows.</param>
    /// <param name="index">Number of the frame: other noise each.</param>
    public void Finish(ReadOnlySpan<byte> bgra, int stride, Span<byte> bgr, int width, int height, int index)
    {
        var length = width * 3;
        for (var y = 0; y < height; y++)
        {
            Narrow(bgra.Slice(y * stride, width * 4), _row, width);
            var target = bgr.Slice(y * length, length);
            Soften(_row, target, length);
            AddNoise(target, (uint)((index * 7919) + (y * 104_729)) * 2_654_435_761u % NoiseLength);
        }
    }

    private static void Narrow(ReadOnlySpan<byte> bgra, Span<byte> row, int width)
    {
        // Four bytes written for three kept: the next pixel overwrites the alpha.
        ref var to = ref MemoryMarshal.GetReference(row);
        var from = MemoryMarshal.Cast<byte, uint>(bgra);
        for (var x = 0; x < width; x++)
        {
            Unsafe.WriteUnaligned(ref Unsafe.Add(ref to, x * 3), from[x]);
        }
    }

    private static void Soften(ReadOnlySpan<byte> row, Span<byte> target, int length)
    {
        row[..3].CopyTo(target);
        row.Slice(length - 3, 3).CopyTo(target[(length - 3)..]);
        var i = 3;
        var low = new Vector<byte>(0x7F);
        for (; i <= length - 3 - Vector<byte>.Count; i += Vector<byte>.Count)
        {
            var left = new Vector<byte>(row[(i - 3)..]);
            var right = new Vector<byte>(row[(i + 3)..]);
            var sides = (left & right) + (Vector.ShiftRightLogical(left ^ right, 1) & low);
            var here = new Vector<byte>(row[i..]);
            ((sides & here) + (Vector.ShiftRightLogical(sides ^ here, 1) & low)).CopyTo(target[i..]);
        }

        for (; i < length - 3; i++)
        {
            target[i] = (byte)((((row[i - 3] + row[i + 3]) >> 1) + row[i]) >> 1);
        }
    }

    private void AddNoise(Span<byte> target, uint start)
    {
        var at = (int)start;
        for (var i = 0; i < target.Length;)
        {
            var count = Math.Min(target.Length - i, NoiseLength - at);
            var part = target.Slice(i, count);
            var more = _more.AsSpan(at, count);
            var less = _less.AsSpan(at, count);
            var j = 0;
            for (; j <= count - Vector<byte>.Count; j += Vector<byte>.Count)
            {
                var v = Vector.AddSaturate(new Vector<byte>(part[j..]), new Vector<byte>(more[j..]));
                Vector.SubtractSaturate(v, new Vector<byte>(less[j..])).CopyTo(part[j..]);
            }

            for (; j < count; j++)
            {
                part[j] = (byte)Math.Clamp(part[j] + more[j] - less[j], 0, 255);
            }

            i += count;
            at = 0;
        }
    }
}
