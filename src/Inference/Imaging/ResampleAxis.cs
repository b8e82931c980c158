namespace ShiTu.Inference.Imaging;

/// <summary>
/// Which samples along one axis make each new sample, and how much of each: OpenCV's coordinates and 11-bit weights (<c>detector.md</c> 3.1).
/// Linear has two taps, cubic four; the tables are kept while the sizes stay the same.
/// </summary>
internal sealed class ResampleAxis(bool isHorizontal)
{
    /// <summary>Weights sum to about this.</summary>
    public const int One = 2048;

    private (int From, int To, Interpolation Interpolation) _made;

    /// <summary>Samples joined: 2 or 4.</summary>
    public int Taps { get; private set; }

    /// <summary><c>To * Taps</c> sample numbers, inside the source.</summary>
    public int[] Samples { get; private set; } = [];

    /// <summary><c>To * Taps</c> weights of 11 fraction bits.</summary>
    public short[] Weights { get; private set; } = [];

    /// <summary>Source length.</summary>
    public int From => _made.From;

    /// <summary>The new samples whose taps are neighbours and lie at least <see cref="HorizontalKernel.LoadBytes"/> bytes of 3-channel pixels before the end: the vector path's.</summary>
    public (int Start, int End) Inner { get; private set; }

    /// <summary>Fills the tables.</summary>
    /// <param name="from">Source length.</param>
    /// <param name="to">New length.</param>
    /// <param name="interpolation">Linear, Cubic, or Area where an axis grows.</param>
    public void Make(int from, int to, Interpolation interpolation)
    {
        if (_made == (from, to, interpolation))
        {
            return;
        }

        Taps = interpolation == Interpolation.Cubic ? 4 : 2;
        if (Samples.Length < to * Taps)
        {
            Samples = new int[to * Taps];
            Weights = new short[to * Taps];
        }

        Span<float> weights = stackalloc float[4];
        var scale = 1.0 / ((double)to / from);
        for (var at = 0; at < to; at++)
        {
            var (sample, share) = interpolation == Interpolation.Area ? AreaPosition(at, scale) : Position(at, scale);
            if (Taps == 2)
            {
                if (isHorizontal && (sample < 0 || sample >= from - 1))
                {
                    (sample, share) = (sample < 0 ? 0 : from - 1, 0);
                }

                weights[0] = 1 - share;
                weights[1] = share;
                Put(at, sample, from, weights);
            }
            else
            {
                CubicWeights(share, weights);
                Put(at, sample - 1, from, weights);
            }
        }

        Inner = InnerOf(from, to);
        _made = (from, to, interpolation);
    }

    // Samples rise, so what is in the middle is one stretch.
    private (int Start, int End) InnerOf(int from, int to)
    {
        var start = 0;
        while (start < to && !IsInner(start, from))
        {
            start++;
        }

        var end = start;
        while (end < to && IsInner(end, from))
        {
            end++;
        }

        return (start, end);
    }

    private bool IsInner(int at, int from)
    {
        var first = Samples[at * Taps];
        return Samples[(at * Taps) + Taps - 1] == first + Taps - 1 && (first * 3) + HorizontalKernel.LoadBytes <= from * 3;
    }

    private static (int Sample, float Share) Position(int at, double scale)
    {
        var position = (float)(((at + 0.5) * scale) - 0.5);
        var sample = (int)MathF.Floor(position);
        return (sample, position - sample);
    }

    // Area resampling where an axis grows is linear with edges, not centres, aligned.
    private static (int Sample, float Share) AreaPosition(int at, double scale)
    {
        var sample = (int)Math.Floor(at * scale);
        var share = (float)(at + 1 - ((sample + 1) / scale));
        return (sample, share <= 0 ? 0 : share - MathF.Floor(share));
    }

    private static void CubicWeights(float t, Span<float> weights)
    {
        const float a = -0.75f;
        weights[0] = (((((a * (t + 1)) - (5 * a)) * (t + 1)) + (8 * a)) * (t + 1)) - (4 * a);
        weights[1] = ((((a + 2) * t) - (a + 3)) * t * t) + 1;
        weights[2] = ((((a + 2) * (1 - t)) - (a + 3)) * (1 - t) * (1 - t)) + 1;
        weights[3] = 1f - weights[0] - weights[1] - weights[2];
    }

    private void Put(int at, int first, int from, ReadOnlySpan<float> weights)
    {
        for (var tap = 0; tap < Taps; tap++)
        {
            Samples[(at * Taps) + tap] = Math.Clamp(first + tap, 0, from - 1);
            Weights[(at * Taps) + tap] = (short)MathF.Round(weights[tap] * One, MidpointRounding.ToEven);
        }
    }
}
