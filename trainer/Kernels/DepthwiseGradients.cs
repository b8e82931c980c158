using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace ShiTu.Trainer.Kernels;

/// <summary>
/// Gradients of a depthwise 5x5 convolution over NHWC memory. oneDNN's own take about ten times its forward pass at this kernel size
/// (at 3x3 they are good); these take half of that.
/// </summary>
internal static unsafe class DepthwiseGradients
{
    private const int Lanes = 16;

    /// <summary>Whether these are written for the kernel size (5) and the channels (a multiple of 16).</summary>
    public static bool Supports(long kernel, long channels) => kernel == 5 && channels % Lanes == 0;

    /// <summary>Sums <c>x * gradient</c> over pictures and places for every tap.</summary>
    /// <param name="x">Input, [n, h, w, c].</param>
    /// <param name="gradient">Gradient of the output, [n, oh, ow, c].</param>
    /// <param name="weight">Receives the gradient of the weights, [k, k, c].</param>
    /// <param name="shape">The sizes.</param>
    /// <param name="threads">How many threads share the pictures.</param>
    public static void Weight(float* x, float* gradient, float* weight, in DepthwiseShape shape, int threads)
    {
        var s = shape;
        var taps = s.Kernel * s.Kernel * s.Channels;
        var parts = Math.Min(threads, s.Pictures);
        var sums = (float*)NativeMemory.AlignedAlloc((nuint)(parts * taps) * sizeof(float), 64);
        try
        {
            NativeMemory.Clear(sums, (nuint)(parts * taps) * sizeof(float));
            Parallel.For(0, parts, part =>
            {
                for (var n = part * s.Pictures / parts; n < (part + 1) * s.Pictures / parts; n++)
                {
                    WeightOfPicture(x + ((long)n * s.Height * s.Width * s.Channels), gradient + ((long)n * s.OutHeight * s.OutWidth * s.Channels), sums + (part * taps), s);
                }
            });
            for (var i = 0; i < taps; i++)
            {
                var sum = 0f;
                for (var part = 0; part < parts; part++)
                {
                    sum += sums[(part * taps) + i];
                }

                weight[i] = sum;
            }
        }
        finally
        {
            NativeMemory.AlignedFree(sums);
        }
    }

    /// <summary>Spreads the gradient of the output over the input.</summary>
    /// <param name="gradient">Gradient of the output, [n, oh, ow, c].</param>
    /// <param name="weight">Weights, [k, k, c].</param>
    /// <param name="input">Receives the gradient of the input, [n, h, w, c].</param>
    /// <param name="shape">The sizes.</param>
    /// <param name="threads">How many threads share the pictures.</param>
    public static void Input(float* gradient, float* weight, float* input, in DepthwiseShape shape, int threads)
    {
        var s = shape;
        var parts = Math.Min(threads, s.Pictures);
        Parallel.For(0, parts, part =>
        {
            for (var n = part * s.Pictures / parts; n < (part + 1) * s.Pictures / parts; n++)
            {
                var size = (long)s.Height * s.Width * s.Channels;
                NativeMemory.Clear(input + (n * size), (nuint)size * sizeof(float));
                InputOfPicture(gradient + ((long)n * s.OutHeight * s.OutWidth * s.Channels), weight, input + (n * size), s);
            }
        });
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void WeightOfPicture(float* x, float* gradient, float* sums, in DepthwiseShape s)
    {
        for (var oy = 0; oy < s.OutHeight; oy++)
        {
            for (var ky = 0; ky < s.Kernel; ky++)
            {
                var y = (oy * s.Stride) + ky - s.Padding;
                if ((uint)y >= (uint)s.Height)
                {
                    continue;
                }

                var row = x + ((long)y * s.Width * s.Channels);
                var g = gradient + ((long)oy * s.OutWidth * s.Channels);
                for (var c = 0; c < s.Channels; c += Lanes)
                {
                    var taps = sums + (ky * s.Kernel * s.Channels) + c;
                    Row(row + c, g + c, taps, s);
                }
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Row(float* x, float* g, float* sums, in DepthwiseShape s)
    {
        var (first, end) = Inside(s);
        Border(x, g, sums, s, 0, first);
        var c = s.Channels;
        var t0 = Vector512.Load(sums);
        var t1 = Vector512.Load(sums + c);
        var t2 = Vector512.Load(sums + (2 * c));
        var t3 = Vector512.Load(sums + (3 * c));
        var t4 = Vector512.Load(sums + (4 * c));
        var p = x + ((long)((first * s.Stride) - s.Padding) * c);
        var q = g + ((long)first * c);
        for (var ox = first; ox < end; ox++, q += c, p += (long)s.Stride * c)
        {
            var v = Vector512.Load(q);
            t0 = Vector512.FusedMultiplyAdd(v, Vector512.Load(p), t0);
            t1 = Vector512.FusedMultiplyAdd(v, Vector512.Load(p + c), t1);
            t2 = Vector512.FusedMultiplyAdd(v, Vector512.Load(p + (2 * c)), t2);
            t3 = Vector512.FusedMultiplyAdd(v, Vector512.Load(p + (3 * c)), t3);
            t4 = Vector512.FusedMultiplyAdd(v, Vector512.Load(p + (4 * c)), t4);
        }

        t0.Store(sums);
        t1.Store(sums + c);
        t2.Store(sums + (2 * c));
        t3.Store(sums + (3 * c));
        t4.Store(sums + (4 * c));
        Border(x, g, sums, s, end, s.OutWidth);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Border(float* x, float* g, float* sums, in DepthwiseShape s, int from, int to)
    {
        for (var ox = from; ox < to; ox++)
        {
            var v = Vector512.Load(g + ((long)ox * s.Channels));
            for (var k = 0; k < s.Kernel; k++)
            {
                var at = (ox * s.Stride) + k - s.Padding;
                if ((uint)at < (uint)s.Width)
                {
                    var sum = sums + (k * s.Channels);
                    Vector512.FusedMultiplyAdd(v, Vector512.Load(x + ((long)at * s.Channels)), Vector512.Load(sum)).Store(sum);
                }
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void InputOfPicture(float* gradient, float* weight, float* input, in DepthwiseShape s)
    {
        for (var oy = 0; oy < s.OutHeight; oy++)
        {
            for (var ky = 0; ky < s.Kernel; ky++)
            {
                var y = (oy * s.Stride) + ky - s.Padding;
                if ((uint)y >= (uint)s.Height)
                {
                    continue;
                }

                for (var kx = 0; kx < s.Kernel; kx++)
                {
                    var w = weight + (((ky * s.Kernel) + kx) * s.Channels);
                    for (var ox = 0; ox < s.OutWidth; ox++)
                    {
                        var at = (ox * s.Stride) + kx - s.Padding;
                        if ((uint)at < (uint)s.Width)
                        {
                            AddProduct(input + ((((long)y * s.Width) + at) * s.Channels), gradient + ((((long)oy * s.OutWidth) + ox) * s.Channels), w, s.Channels);
                        }
                    }
                }
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void AddProduct(float* sum, float* a, float* b, int channels)
    {
        for (var c = 0; c < channels; c += Lanes)
        {
            Vector512.FusedMultiplyAdd(Vector512.Load(a + c), Vector512.Load(b + c), Vector512.Load(sum + c)).Store(sum + c);
        }
    }

    /// <summary>The output columns all of whose taps lie inside the row.</summary>
    private static (int First, int End) Inside(in DepthwiseShape s)
    {
        var first = Math.Min((s.Padding + s.Stride - 1) / s.Stride, s.OutWidth);
        var last = s.Width - s.Kernel + s.Padding;
        return (first, Math.Max(first, last < 0 ? first : Math.Min(s.OutWidth, (last / s.Stride) + 1)));
    }
}
