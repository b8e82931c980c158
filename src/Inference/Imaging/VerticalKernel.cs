using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace ShiTu.Inference.Imaging;

/// <summary>Joins resampled rows to one row of bytes, with OpenCV's roundings (<c>detector.md</c> 3.1).</summary>
internal static class VerticalKernel
{
    private const float CubicScale = 1f / (ResampleAxis.One * ResampleAxis.One);

    /// <summary>Linear: each product is cut off by itself, then the sum is rounded.</summary>
    public static void Linear(ReadOnlySpan<int> upper, ReadOnlySpan<int> lower, short upperWeight, short lowerWeight, Span<byte> row)
    {
        var at = 0;
        if (Sse2.IsSupported)
        {
            var a = Vector128.Create(upperWeight);
            var b = Vector128.Create(lowerWeight);
            var two = Vector128.Create((short)2);
            for (; at <= row.Length - 16; at += 16)
            {
                Sse2.PackUnsignedSaturate(Eight(upper, lower, at, a, b, two), Eight(upper, lower, at + 8, a, b, two)).CopyTo(row[at..]);
            }
        }

        for (; at < row.Length; at++)
        {
            row[at] = (byte)Math.Clamp((((upperWeight * (upper[at] >> 4)) >> 16) + ((lowerWeight * (lower[at] >> 4)) >> 16) + 2) >> 2, 0, 255);
        }
    }

    /// <summary>Cubic: 32-bit floats, first tap first, no fused multiplication, rounded to even.</summary>
    public static void Cubic(ReadOnlySpan<int> r0, ReadOnlySpan<int> r1, ReadOnlySpan<int> r2, ReadOnlySpan<int> r3, ReadOnlySpan<short> weights, Span<byte> row)
    {
        var (w0, w1, w2, w3) = (weights[0] * CubicScale, weights[1] * CubicScale, weights[2] * CubicScale, weights[3] * CubicScale);
        var at = 0;
        if (Sse2.IsSupported)
        {
            var (v0, v1, v2, v3) = (Vector128.Create(w0), Vector128.Create(w1), Vector128.Create(w2), Vector128.Create(w3));
            for (; at <= row.Length - 16; at += 16)
            {
                var low = Sse2.PackSignedSaturate(Four(r0, r1, r2, r3, at, v0, v1, v2, v3), Four(r0, r1, r2, r3, at + 4, v0, v1, v2, v3));
                var high = Sse2.PackSignedSaturate(Four(r0, r1, r2, r3, at + 8, v0, v1, v2, v3), Four(r0, r1, r2, r3, at + 12, v0, v1, v2, v3));
                Sse2.PackUnsignedSaturate(low, high).CopyTo(row[at..]);
            }
        }

        for (; at < row.Length; at++)
        {
            var sum = (r0[at] * w0) + (r1[at] * w1);
            sum += r2[at] * w2;
            sum += r3[at] * w3;
            row[at] = (byte)Math.Clamp(MathF.Round(sum, MidpointRounding.ToEven), 0, 255);
        }
    }

    private static Vector128<short> Eight(ReadOnlySpan<int> upper, ReadOnlySpan<int> lower, int at, Vector128<short> a, Vector128<short> b, Vector128<short> two) =>
        (Sse2.MultiplyHigh(Shifted(upper, at), a) + Sse2.MultiplyHigh(Shifted(lower, at), b) + two) >> 2;

    // 255 * 2048 >> 4 is 32640: it fits 16 bits.
    private static Vector128<short> Shifted(ReadOnlySpan<int> sums, int at)
    {
        ref var start = ref Unsafe.Add(ref MemoryMarshal.GetReference(sums), at);
        return Sse2.PackSignedSaturate(Vector128.LoadUnsafe(ref start) >> 4, Vector128.LoadUnsafe(ref start, 4) >> 4);
    }

    private static Vector128<int> Four(
        ReadOnlySpan<int> r0, ReadOnlySpan<int> r1, ReadOnlySpan<int> r2, ReadOnlySpan<int> r3, int at, Vector128<float> w0, Vector128<float> w1, Vector128<float> w2, Vector128<float> w3)
    {
        var sum = (Floats(r0, at) * w0) + (Floats(r1, at) * w1);
        sum += Floats(r2, at) * w2;
        sum += Floats(r3, at) * w3;
        return Sse2.ConvertToVector128Int32(sum);
    }

    private static Vector128<float> Floats(ReadOnlySpan<int> sums, int at) =>
        Sse2.ConvertToVector128Single(Vector128.LoadUnsafe(ref Unsafe.Add(ref MemoryMarshal.GetReference(sums), at)));
}
