using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace ShiTu.Inference.Imaging;

/// <summary>Resamples one row of interleaved 3-channel pixels to 32-bit sums of 11 fraction bits. Exact whole-number arithmetic, so every path gives the same sums.</summary>
internal static class HorizontalKernel
{
    /// <summary>Bytes that the vector path reads at a pixel.</summary>
    public const int LoadBytes = 16;

    // Bytes of taps 0 and 1 (and 2 and 3) of the three channels, each pair side by side as 16-bit numbers.
    private static readonly Vector128<byte> FirstPair = Vector128.Create((byte)0, 128, 3, 128, 1, 128, 4, 128, 2, 128, 5, 128, 128, 128, 128, 128);
    private static readonly Vector128<byte> SecondPair = Vector128.Create((byte)6, 128, 9, 128, 7, 128, 10, 128, 8, 128, 11, 128, 128, 128, 128, 128);

    /// <summary>Fills <paramref name="sums"/> with <c>width * 3</c> sums; it must have room for one more.</summary>
    public static void Resample(ReadOnlySpan<byte> row, ResampleAxis axis, int width, Span<int> sums)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(row.Length, axis.From * 3);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(sums.Length, width * 3);
        var (start, end) = Ssse3.IsSupported ? axis.Inner : (0, 0);
        Scalar(row, axis, 0, start, sums);
        Inner(row, axis, start, end, sums);
        Scalar(row, axis, end, width, sums);
    }

    private static void Inner(ReadOnlySpan<byte> row, ResampleAxis axis, int start, int end, Span<int> sums)
    {
        var taps = axis.Taps;
        ref var bytes = ref MemoryMarshal.GetReference(row);
        ref var target = ref MemoryMarshal.GetReference(sums);
        ref var samples = ref MemoryMarshal.GetArrayDataReference(axis.Samples);
        ref var weights = ref MemoryMarshal.GetArrayDataReference(axis.Weights);
        var (first, second) = (FirstPair, SecondPair);
        if (taps == 2)
        {
            for (var at = start; at < end; at++)
            {
                var pixels = Vector128.LoadUnsafe(ref bytes, (nuint)(Unsafe.Add(ref samples, at * 2) * 3));
                Pair(pixels, first, ref Unsafe.Add(ref weights, at * 2)).StoreUnsafe(ref target, (nuint)(at * 3));
            }

            return;
        }

        for (var at = start; at < end; at++)
        {
            var pixels = Vector128.LoadUnsafe(ref bytes, (nuint)(Unsafe.Add(ref samples, at * 4) * 3));
            var sum = Pair(pixels, first, ref Unsafe.Add(ref weights, at * 4)) + Pair(pixels, second, ref Unsafe.Add(ref weights, (at * 4) + 2));
            sum.StoreUnsafe(ref target, (nuint)(at * 3));
        }
    }

    // Two neighbouring weights are one 32-bit number: what a multiply-add of neighbours needs in each lane.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<int> Pair(Vector128<byte> pixels, Vector128<byte> taps, ref short weights) =>
        Sse2.MultiplyAddAdjacent(Ssse3.Shuffle(pixels, taps).AsInt16(), Vector128.Create(Unsafe.As<short, int>(ref weights)).AsInt16());

    private static void Scalar(ReadOnlySpan<byte> row, ResampleAxis axis, int start, int end, Span<int> sums)
    {
        var (taps, samples, weights) = (axis.Taps, axis.Samples, axis.Weights);
        for (var at = start; at < end; at++)
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
}
