using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace ShiTu.Index.Search;

/// <summary>Dot products of one stored vector with one or four queries, in the widest vectors this build has.</summary>
internal static class DotKernel
{
    /// <summary>One dot product.</summary>
    public static float One(ref float a, ref float b, int dimension)
    {
        var (s0, s1, s2, s3) = (Vector<float>.Zero, Vector<float>.Zero, Vector<float>.Zero, Vector<float>.Zero);
        var width = Vector<float>.Count;
        var at = 0;
        for (; at <= dimension - (4 * width); at += 4 * width)
        {
            s0 = Vector.MultiplyAddEstimate(Load(ref a, at), Load(ref b, at), s0);
            s1 = Vector.MultiplyAddEstimate(Load(ref a, at + width), Load(ref b, at + width), s1);
            s2 = Vector.MultiplyAddEstimate(Load(ref a, at + (2 * width)), Load(ref b, at + (2 * width)), s2);
            s3 = Vector.MultiplyAddEstimate(Load(ref a, at + (3 * width)), Load(ref b, at + (3 * width)), s3);
        }

        for (; at <= dimension - width; at += width)
        {
            s0 = Vector.MultiplyAddEstimate(Load(ref a, at), Load(ref b, at), s0);
        }

        var sum = Vector.Sum(s0 + s1 + (s2 + s3));
        for (; at < dimension; at++)
        {
            sum += Unsafe.Add(ref a, at) * Unsafe.Add(ref b, at);
        }

        return sum;
    }

    /// <summary>Dot products of one stored vector with four queries that lie one after another: the stored one is loaded once.</summary>
    public static void Four(ref float stored, ref float queries, int dimension, Span<float> dots)
    {
        ref var q1 = ref Unsafe.Add(ref queries, dimension);
        ref var q2 = ref Unsafe.Add(ref queries, 2 * dimension);
        ref var q3 = ref Unsafe.Add(ref queries, 3 * dimension);
        var (s0, s1, s2, s3) = (Vector<float>.Zero, Vector<float>.Zero, Vector<float>.Zero, Vector<float>.Zero);
        var width = Vector<float>.Count;
        var at = 0;
        for (; at <= dimension - width; at += width)
        {
            var value = Load(ref stored, at);
            s0 = Vector.MultiplyAddEstimate(value, Load(ref queries, at), s0);
            s1 = Vector.MultiplyAddEstimate(value, Load(ref q1, at), s1);
            s2 = Vector.MultiplyAddEstimate(value, Load(ref q2, at), s2);
            s3 = Vector.MultiplyAddEstimate(value, Load(ref q3, at), s3);
        }

        (dots[0], dots[1], dots[2], dots[3]) = (Vector.Sum(s0), Vector.Sum(s1), Vector.Sum(s2), Vector.Sum(s3));
        for (; at < dimension; at++)
        {
            var value = Unsafe.Add(ref stored, at);
            dots[0] += value * Unsafe.Add(ref queries, at);
            dots[1] += value * Unsafe.Add(ref q1, at);
            dots[2] += value * Unsafe.Add(ref q2, at);
            dots[3] += value * Unsafe.Add(ref q3, at);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector<float> Load(ref float start, int at) =>
        Unsafe.ReadUnaligned<Vector<float>>(ref Unsafe.As<float, byte>(ref Unsafe.Add(ref start, at)));

    /// <summary>First float of a span that is known not to be empty.</summary>
    public static ref float First(ReadOnlySpan<float> span) => ref MemoryMarshal.GetReference(span);
}
