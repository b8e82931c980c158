using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace ShiTu.Inference.Imaging;

/// <summary>Interleaved bytes to three planes of <c>(level / 255 - mean) / deviation</c>. One multiplication and one addition a value on every path, so all give the same bits.</summary>
internal sealed class PlanarNormalisation
{
    private const int Pixels = 16;
    private static readonly Vector128<byte>[] Takes = [.. Enumerable.Range(0, 9).Select(at => TakeOf(at / 3, at % 3))];
    private readonly float[] _scale = new float[3];
    private readonly float[] _offset = new float[3];

    public PlanarNormalisation(Preparation preparation)
    {
        for (var channel = 0; channel < 3; channel++)
        {
            _scale[channel] = (float)(1 / (255.0 * preparation.Deviation[channel]));
            _offset[channel] = (float)(-(double)preparation.Mean[channel] / preparation.Deviation[channel]);
        }
    }

    /// <summary>Normalises one row of <c>red.Length</c> pixels.</summary>
    public void Apply(ReadOnlySpan<byte> row, PixelOrder order, Span<float> red, Span<float> green, Span<float> blue)
    {
        var first = order == PixelOrder.Rgb ? 0 : 2;
        Channel(row, first, 0, red);
        Channel(row, 1, 1, green);
        Channel(row, 2 - first, 2, blue);
    }

    private static Vector128<byte> TakeOf(int sample, int part)
    {
        Span<byte> indices = stackalloc byte[Pixels];
        for (var pixel = 0; pixel < Pixels; pixel++)
        {
            var at = (pixel * 3) + sample - (part * Pixels);
            indices[pixel] = at is >= 0 and < Pixels ? (byte)at : (byte)128;
        }

        return Vector128.Create<byte>(indices);
    }

    private void Channel(ReadOnlySpan<byte> row, int sample, int channel, Span<float> plane)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(row.Length, plane.Length * 3);
        var (scale, offset) = (_scale[channel], _offset[channel]);
        var x = 0;
        if (Ssse3.IsSupported)
        {
            var (scales, offsets) = (Vector128.Create(scale), Vector128.Create(offset));
            var (take0, take1, take2) = (Takes[sample * 3], Takes[(sample * 3) + 1], Takes[(sample * 3) + 2]);
            ref var from = ref MemoryMarshal.GetReference(row);
            ref var to = ref MemoryMarshal.GetReference(plane);
            for (; x <= plane.Length - Pixels; x += Pixels)
            {
                var at = (nuint)(x * 3);
                var levels = Ssse3.Shuffle(Vector128.LoadUnsafe(ref from, at), take0)
                    | Ssse3.Shuffle(Vector128.LoadUnsafe(ref from, at + Pixels), take1)
                    | Ssse3.Shuffle(Vector128.LoadUnsafe(ref from, at + (2 * Pixels)), take2);
                var (low, high) = Vector128.Widen(levels);
                var (level0, level1) = Vector128.Widen(low);
                var (level2, level3) = Vector128.Widen(high);
                ((Vector128.ConvertToSingle(level0.AsInt32()) * scales) + offsets).StoreUnsafe(ref to, (nuint)x);
                ((Vector128.ConvertToSingle(level1.AsInt32()) * scales) + offsets).StoreUnsafe(ref to, (nuint)x + 4);
                ((Vector128.ConvertToSingle(level2.AsInt32()) * scales) + offsets).StoreUnsafe(ref to, (nuint)x + 8);
                ((Vector128.ConvertToSingle(level3.AsInt32()) * scales) + offsets).StoreUnsafe(ref to, (nuint)x + 12);
            }
        }

        for (; x < plane.Length; x++)
        {
            plane[x] = (row[(x * 3) + sample] * scale) + offset;
        }
    }
}
