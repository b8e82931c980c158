namespace ShiTu.Inference.Imaging;

/// <summary>Shrinks both axes by the weighted mean over the covered area, as OpenCV does (<c>detector.md</c> 3.1).</summary>
internal sealed class AreaReducer
{
    // What reaches less than this over a sample's edge is left out.
    private const double Sliver = 1e-3;
    private readonly List<(int Target, int Sample, float Share)> _across = [];
    private readonly List<(int Target, int Sample, float Share)> _down = [];
    private int[] _downStart = [];
    private float[] _line = [];
    private float[] _sum = [];
    private (int, int, int, int) _made;

    /// <summary>Fills the tables.</summary>
    public void Make(int fromWidth, int fromHeight, int width, int height)
    {
        if (_made == (fromWidth, fromHeight, width, height))
        {
            return;
        }

        Shares(_across, fromWidth, width);
        Shares(_down, fromHeight, height);
        if (_downStart.Length < height + 1)
        {
            _downStart = new int[height + 1];
        }

        if (_line.Length < width * 3)
        {
            _line = new float[width * 3];
            _sum = new float[width * 3];
        }

        _downStart.AsSpan().Fill(_down.Count);
        for (var i = _down.Count - 1; i >= 0; i--)
        {
            _downStart[_down[i].Target] = i;
        }

        _made = (fromWidth, fromHeight, width, height);
    }

    /// <summary>Makes row <paramref name="y"/>.</summary>
    public void Row(PictureView source, int y, Span<byte> row)
    {
        var (fromWidth, fromHeight, width, height) = _made;
        if (fromWidth % width == 0 && fromHeight % height == 0)
        {
            WholeFactors(source, y, fromWidth / width, fromHeight / height, row);
            return;
        }

        var sum = _sum.AsSpan(0, row.Length);
        sum.Clear();
        for (var i = _downStart[y]; i < _down.Count && _down[i].Target == y; i++)
        {
            Line(source.Pixels.Slice(_down[i].Sample * source.Stride, source.Width * 3), row.Length);
            for (var at = 0; at < sum.Length; at++)
            {
                sum[at] += _line[at] * _down[i].Share;
            }
        }

        for (var at = 0; at < row.Length; at++)
        {
            row[at] = (byte)Math.Clamp(MathF.Round(sum[at], MidpointRounding.ToEven), 0, 255);
        }
    }

    private static void WholeFactors(PictureView source, int y, int across, int down, Span<byte> row)
    {
        var scale = 1f / (across * down);
        var isTwoByTwo = across == 2 && down == 2;
        for (var at = 0; at < row.Length; at++)
        {
            var (pixel, channel) = Math.DivRem(at, 3);
            var sum = 0;
            for (var dy = 0; dy < down; dy++)
            {
                var start = (((y * down) + dy) * source.Stride) + (pixel * across * 3) + channel;
                for (var dx = 0; dx < across; dx++)
                {
                    sum += source.Pixels[start + (dx * 3)];
                }
            }

            row[at] = isTwoByTwo ? (byte)((sum + 2) >> 2) : (byte)Math.Clamp(MathF.Round(sum * scale, MidpointRounding.ToEven), 0, 255);
        }
    }

    private static void Shares(List<(int Target, int Sample, float Share)> shares, int from, int to)
    {
        shares.Clear();
        var scale = (double)from / to;
        for (var at = 0; at < to; at++)
        {
            var start = at * scale;
            var end = start + scale;
            var covered = Math.Min(scale, from - start);
            var last = Math.Min((int)Math.Floor(end), from - 1);
            var first = Math.Min((int)Math.Ceiling(start), last);
            if (first - start > Sliver)
            {
                shares.Add((at, first - 1, (float)((first - start) / covered)));
            }

            for (var sample = first; sample < last; sample++)
            {
                shares.Add((at, sample, (float)(1 / covered)));
            }

            if (end - last > Sliver)
            {
                shares.Add((at, last, (float)(Math.Min(Math.Min(end - last, 1), covered) / covered)));
            }
        }
    }

    private void Line(ReadOnlySpan<byte> samples, int length)
    {
        _line.AsSpan(0, length).Clear();
        foreach (var (target, sample, share) in _across)
        {
            for (var channel = 0; channel < 3; channel++)
            {
                _line[(target * 3) + channel] += samples[(sample * 3) + channel] * share;
            }
        }
    }
}
