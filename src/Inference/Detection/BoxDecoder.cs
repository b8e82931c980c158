using ShiTu.Inference.Engines;
using ShiTu.Inference.Models;

namespace ShiTu.Inference.Detection;

/// <summary>
/// PicoDet's outputs to boxes (<c>detector.md</c> 2.1, 2.2): channel 0 is the class logit, then 8 bins for each of left, top, right, bottom; a side is the bins'
/// softmax mean times the stride. Allocates nothing once made.
/// </summary>
public sealed class BoxDecoder
{
    /// <summary>Bins a side.</summary>
    public const int Bins = 8;

    /// <summary>Channels a level: the class and four sides.</summary>
    public const int Channels = 1 + (4 * Bins);

    private readonly int[] _strides;
    private readonly (int Width, int Height)[] _grids;
    private readonly int _inputWidth;
    private readonly int _inputHeight;
    private readonly ulong[] _order;
    private readonly Detection[] _decoded;
    private int _count;

    /// <summary>Makes a decoder for outputs of these shapes.</summary>
    /// <param name="inputWidth">Network input width, pixels.</param>
    /// <param name="inputHeight">Network input height, pixels.</param>
    /// <param name="strides">Strides of the levels, rising.</param>
    /// <exception cref="ArgumentException">No strides, or one below 1.</exception>
    public BoxDecoder(int inputWidth, int inputHeight, IReadOnlyList<int> strides)
    {
        ArgumentNullException.ThrowIfNull(strides);
        if (strides.Count == 0 || strides.Any(stride => stride < 1))
        {
            throw new ArgumentException("A detector has at least one level, each with a stride of at least 1.", nameof(strides));
        }

        _strides = [.. strides];
        _inputWidth = inputWidth;
        _inputHeight = inputHeight;
        _grids = [.. strides.Select(stride => ((inputWidth + stride - 1) / stride, (inputHeight + stride - 1) / stride))];
        AnchorPoints = _grids.Sum(grid => grid.Width * grid.Height);
        _order = new ulong[AnchorPoints];
        _decoded = new Detection[AnchorPoints];
    }

    /// <summary>Anchor points over all levels: 3598 at 416 x 416.</summary>
    public int AnchorPoints { get; }

    /// <summary>Boxes above the threshold, best first (ties: the earlier anchor point), in pixels of the source and clipped to it.</summary>
    public ReadOnlySpan<Detection> Candidates => _decoded.AsSpan(0, _count);

    /// <summary>Checks that a request's outputs have the shapes this decoder reads.</summary>
    /// <exception cref="ModelException">They have not; the message names the output.</exception>
    public void Check(IReadOnlyList<TensorDescription> outputs, string model)
    {
        if (outputs.Count != _strides.Length)
        {
            throw new ModelException($"{model}: {outputs.Count} outputs for {_strides.Length} strides; a detector has one output a stride.");
        }

        for (var level = 0; level < outputs.Count; level++)
        {
            int[] expected = [1, Channels, _grids[level].Height, _grids[level].Width];
            if (!outputs[level].Shape.SequenceEqual(expected))
            {
                throw new ModelException($"{model}: output '{outputs[level].Name}' is [{string.Join(',', outputs[level].Shape)}]; stride {_strides[level]} needs [{string.Join(',', expected)}].");
            }
        }
    }

    /// <summary>Forgets the last picture.</summary>
    public void Start() => _count = 0;

    /// <summary>Decodes one level.</summary>
    /// <param name="level">Which, 0-based.</param>
    /// <param name="map">Its output, <c>33 * height * width</c> floats.</param>
    /// <param name="threshold">Score above which (strictly) a box counts, 0..1.</param>
    /// <param name="sourceWidth">Width of the picture the boxes are for, pixels.</param>
    /// <param name="sourceHeight">Its height.</param>
    public void Decode(int level, ReadOnlySpan<float> map, float threshold, int sourceWidth, int sourceHeight)
    {
        var (width, height) = _grids[level];
        var cells = width * height;
        var stride = _strides[level];
        var (scaleX, scaleY) = ((float)_inputWidth / sourceWidth, (float)_inputHeight / sourceHeight);
        // Logits are compared before any exponential: few anchor points survive.
        var logit = threshold <= 0 ? float.NegativeInfinity : MathF.Log(threshold / (1 - threshold)) - 1e-4f;
        for (var cell = 0; cell < cells; cell++)
        {
            if (!(map[cell] > logit))
            {
                continue;
            }

            var score = 1f / (1f + MathF.Exp(-map[cell]));
            if (!(score > threshold))
            {
                continue;
            }

            var (row, column) = Math.DivRem(cell, width);
            var x1 = (column + 0.5f - Distance(map, cells, cell, 0)) * stride / scaleX;
            var y1 = (row + 0.5f - Distance(map, cells, cell, 1)) * stride / scaleY;
            var x2 = (column + 0.5f + Distance(map, cells, cell, 2)) * stride / scaleX;
            var y2 = (row + 0.5f + Distance(map, cells, cell, 3)) * stride / scaleY;
            _decoded[_count++] = new Detection(
                Math.Clamp(x1, 0, sourceWidth), Math.Clamp(y1, 0, sourceHeight), Math.Clamp(x2, 0, sourceWidth), Math.Clamp(y2, 0, sourceHeight), score);
        }
    }

    /// <summary>Sorts the candidates, best first, and keeps at most <paramref name="most"/>.</summary>
    public void Sort(int most)
    {
        // Bits of a positive float rise with its value; the place in the low half makes the order stable.
        for (var at = 0; at < _count; at++)
        {
            _order[at] = ((ulong)~BitConverter.SingleToUInt32Bits(_decoded[at].Score) << 32) | (uint)at;
        }

        // With an order of its own: the default one makes a delegate each time in a native build.
        _order.AsSpan(0, _count).Sort(static (a, b) => a.CompareTo(b));
        Permute();
        _count = Math.Min(_count, most);
    }

    /// <summary>Mean of a softmax over a side's bins, in strides (0..7).</summary>
    /// <param name="logits">Eight logits.</param>
    public static float Integral(ReadOnlySpan<float> logits)
    {
        var most = logits[0];
        for (var bin = 1; bin < Bins; bin++)
        {
            most = Math.Max(most, logits[bin]);
        }

        var (sum, mean) = (0f, 0f);
        for (var bin = 0; bin < Bins; bin++)
        {
            var weight = MathF.Exp(logits[bin] - most);
            sum += weight;
            mean += bin * weight;
        }

        return mean / sum;
    }

    private static float Distance(ReadOnlySpan<float> map, int cells, int cell, int side)
    {
        Span<float> logits = stackalloc float[Bins];
        for (var bin = 0; bin < Bins; bin++)
        {
            logits[bin] = map[((1 + (side * Bins) + bin) * cells) + cell];
        }

        return Integral(logits);
    }

    // Follows each cycle of the permutation once; no second array.
    private void Permute()
    {
        for (var start = 0; start < _count; start++)
        {
            var from = (int)(uint)_order[start];
            while (from < start)
            {
                from = (int)(uint)_order[from];
            }

            (_decoded[start], _decoded[from]) = (_decoded[from], _decoded[start]);
        }
    }
}
