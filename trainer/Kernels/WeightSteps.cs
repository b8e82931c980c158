using System.Numerics;
using static TorchSharp.torch;

namespace ShiTu.Trainer.Kernels;

/// <summary>
/// One optimiser's step over one parameter in one pass through memory: as libtorch operators it takes a dozen, each of which costs more than the arithmetic of a
/// small parameter, or streams a large one through the caches anew. That is for contiguous 32-bit floats in main memory; others take <see cref="OperatorSteps"/>.
/// The tensors of a step are all of one shape.
/// </summary>
internal static unsafe class WeightSteps
{
    /// <summary>What AdamW adds to the root that it divides by.</summary>
    public const float Epsilon = 1e-8f;

    /// <summary>Momentum SGD with coupled decay: <c>m = momentum m + scale g + decay w; w = w - rate m</c>.</summary>
    public static void Sgd(Tensor weight, Tensor gradient, Tensor momentum, double rate, double decay, double keep, double scale)
    {
        if (!TensorMemory.HasFloats(weight))
        {
            OperatorSteps.Sgd(weight, gradient, momentum, rate, decay, keep, scale);
            return;
        }

        float* w = TensorMemory.Of(weight), g = TensorMemory.Of(gradient), m = TensorMemory.Of(momentum);
        var count = weight.numel();
        var (r, d, k, s) = ((float)rate, (float)decay, (float)keep, (float)scale);
        long i = 0;
        for (; i <= count - Vector<float>.Count; i += Vector<float>.Count)
        {
            var at = Vector.Load(w + i);
            var moved = (Vector.Load(m + i) * k) + (Vector.Load(g + i) * s) + (at * d);
            moved.Store(m + i);
            (at - (moved * r)).Store(w + i);
        }

        for (; i < count; i++)
        {
            m[i] = (m[i] * k) + (g[i] * s) + (w[i] * d);
            w[i] -= m[i] * r;
        }
    }

    /// <summary>AdamW: <c>m = b1 m + (1 - b1) scale g; v = b2 v + (1 - b2) (scale g)^2; w = w - rate decay w - rate / (1 - b1^n) m / (sqrt(v / (1 - b2^n)) + 1e-8)</c>.</summary>
    public static void AdamW(Tensor weight, Tensor gradient, Tensor first, Tensor second, double rate, double decay, double b1, double b2, long step, double scale)
    {
        if (!TensorMemory.HasFloats(weight))
        {
            OperatorSteps.AdamW(weight, gradient, first, second, rate, decay, b1, b2, step, scale);
            return;
        }

        float* w = TensorMemory.Of(weight), g = TensorMemory.Of(gradient), m = TensorMemory.Of(first), v = TensorMemory.Of(second);
        var count = weight.numel();
        var (keep1, add1, keep2, add2) = ((float)b1, (float)((1 - b1) * scale), (float)b2, (float)((1 - b2) * scale * scale));
        var shrink = (float)(1 - (rate * decay));
        var reach = (float)(rate / (1 - Math.Pow(b1, step)));
        var correction = (float)(1 / Math.Sqrt(1 - Math.Pow(b2, step)));
        long i = 0;
        for (; i <= count - Vector<float>.Count; i += Vector<float>.Count)
        {
            var slope = Vector.Load(g + i);
            var mean = (Vector.Load(m + i) * keep1) + (slope * add1);
            var square = (Vector.Load(v + i) * keep2) + (slope * slope * add2);
            mean.Store(m + i);
            square.Store(v + i);
            ((Vector.Load(w + i) * shrink) - (mean * reach / ((Vector.SquareRoot(square) * correction) + new Vector<float>(Epsilon)))).Store(w + i);
        }

        for (; i < count; i++)
        {
            m[i] = (m[i] * keep1) + (g[i] * add1);
            v[i] = (v[i] * keep2) + (g[i] * g[i] * add2);
            w[i] = (w[i] * shrink) - (m[i] * reach / ((MathF.Sqrt(v[i]) * correction) + Epsilon));
        }
    }

    /// <summary>Moves an average towards the present weights: <c>a = a + share (w - a)</c>.</summary>
    public static void Approach(Tensor average, Tensor weight, double share)
    {
        if (!TensorMemory.HasFloats(average))
        {
            average.lerp_(weight, share);
            return;
        }

        float* a = TensorMemory.Of(average), w = TensorMemory.Of(weight);
        var count = average.numel();
        var part = (float)share;
        long i = 0;
        for (; i <= count - Vector<float>.Count; i += Vector<float>.Count)
        {
            var at = Vector.Load(a + i);
            (at + ((Vector.Load(w + i) - at) * part)).Store(a + i);
        }

        for (; i < count; i++)
        {
            a[i] += (w[i] - a[i]) * part;
        }
    }

    /// <summary>Sum of squares over all values of all tensors; of floats in main memory in double precision, from part sums of a few thousand.</summary>
    public static double SumOfSquares(IReadOnlyList<Tensor> values) =>
        values.All(TensorMemory.HasFloats) ? values.Sum(SumOfSquares) : OperatorSteps.SumOfSquares(values);

    private static double SumOfSquares(Tensor values)
    {
        const int Part = 4096;
        var v = TensorMemory.Of(values);
        var count = values.numel();
        var sum = 0.0;
        for (long from = 0; from < count; from += Part)
        {
            var part = new ReadOnlySpan<float>(v + from, (int)Math.Min(Part, count - from));
            var squares = Vector<float>.Zero;
            var i = 0;
            for (; i <= part.Length - Vector<float>.Count; i += Vector<float>.Count)
            {
                var x = new Vector<float>(part[i..]);
                squares += x * x;
            }

            sum += Vector.Sum(squares);
            for (; i < part.Length; i++)
            {
                sum += part[i] * part[i];
            }
        }

        return sum;
    }
}
