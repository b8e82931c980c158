using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace ShiTu.Inference.Imaging;

/// <summary>Resamples one row of interleaved 3-channel pixels to 32-bit sums of 11 fraction bits. Exact whole-number arithmetic, so every path gives the same sums.</summary>
internal static class HorizontalKernel
{
    private const int LoadBytes = 16;

    // Bytes of taps 0 and 1 (and 2 and 3) of the three channels, each pair side by side as 16-bit numbers.
    private static readonly Vector128<byte> FirstPair = Vector128.Create((byte)0, 128, 3, 128, 1, 128, 4, 128, 2, 128, 5, 128, 128, 128, 128, 128);
    private static readonly Vector128<byte> SecondPair = Vector128.Create((byte)6, 128, 9, 128, 7, 128, 10, 128, 8, 128, 11, 128, 128, 128, 128, 128);

    /// <summary>Fills <paramref name="sums"/> with <c>width * 3</c> sums; it must have room for one more.</summary>
    public static void Resample(ReadOnlySpan<byte> row, ResampleAxis axis, int width, Span<int> sums)
    {
        var taps = axis.Taps;
        var samples = axis.Samples;
        var weights = axis.Weights;
        var at = 0;
        if (Ssse3.IsSupported)
        {
            ref var bytes = ref MemoryMarshal.GetReference(row);
            ref var target = ref MemoryMarshal.GetReference(sums);
            for (; at < width; at++)
            {
                var first = samples[at * taps];
                // The vector path reads the taps as neighbours, which they are not at the borders, and 16 bytes, which the end has not.
                if (samples[(at * taps) + taps - 1] != first + taps - 1 || (first * 3) + LoadBytes > row.Length)
                {
                    Scalar(row, samples, weights, at, taps, sums);
                    continue;
                }

                var pixels = Vector128.LoadUnsafe(ref Unsafe.Add(ref bytes, first * 3));
                var sum = Sse2.MultiplyAddAdjacent(Ssse3.Shuffle(pixels, FirstPair).AsInt16(), Pair(weights, at * taps));
                if (taps == 4)
                {
                    sum += Sse2.MultiplyAddAdjacent(Ssse3.Shuffle(pixels, SecondPair).AsInt16(), Pair(weights, (at * taps) + 2));
                }

                sum.StoreUnsafe(ref Unsafe.Add(ref target, at * 3));
            }
        }

        for (; at < width; at++)
        {
            Scalar(row, samples, weights, at, taps, sums);
        }
    }

    private static Vector128<short> Pair(short[] weights, int at) =>
        Vector128.Create(Unsafe.ReadUnaligned<int>(ref Unsafe.As<short, byte>(ref weights[at]))).AsInt16();

    private static void Scalar(ReadOnlySpan<byte> row, int[] samples, short[] weights, int at, int taps, Span<int> sums)
    {
        for (var channel = 0; channel < 3; channel++)
        {
            var sum = 0;
            for (var tap = 0; tap < taps; tap++)
            {
                sum += row[(samples[(at * taps) + tap] * 3) + channel] * weights[(at * taps) + tap];
            }

            sums[(at * 3) + channel] = sum;
        }
    }
}
