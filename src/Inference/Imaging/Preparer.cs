namespace ShiTu.Inference.Imaging;

/// <summary>Applies a <see cref="Preparation"/>: resize, normalise and planes in one pass, no allocation once the sizes repeat. One instance a thread.</summary>
public sealed class Preparer
{
    private const int Levels = 256;
    private readonly PictureResizer _resizer = new();
    private readonly float[] _normal = new float[3 * Levels];
    private readonly byte[] _row;

    /// <summary>Makes the tables of a preparation.</summary>
    /// <exception cref="ArgumentException">Mean or deviation are not three finite numbers, or a deviation is zero.</exception>
    public Preparer(Preparation preparation)
    {
        ArgumentNullException.ThrowIfNull(preparation);
        if (preparation.Mean.Length != 3 || preparation.Deviation.Length != 3 || !preparation.Mean.Concat(preparation.Deviation).All(float.IsFinite) || preparation.Deviation.Contains(0))
        {
            throw new ArgumentException("A preparation has three finite means and three finite deviations other than zero.", nameof(preparation));
        }

        Preparation = preparation;
        _row = new byte[preparation.Width * 3];
        for (var channel = 0; channel < 3; channel++)
        {
            for (var level = 0; level < Levels; level++)
            {
                _normal[(channel * Levels) + level] = ((level / 255f) - preparation.Mean[channel]) / preparation.Deviation[channel];
            }
        }
    }

    /// <summary>What is applied.</summary>
    public Preparation Preparation { get; }

    /// <summary>Prepares <paramref name="source"/> (cut it first where only a part is meant).</summary>
    /// <param name="source">Any size, either sample order.</param>
    /// <param name="planes">Receives <c>3 * Height * Width</c> floats: all red, all green, all blue.</param>
    public void Prepare(PictureView source, Span<float> planes)
    {
        var (width, height) = (Preparation.Width, Preparation.Height);
        var plane = width * height;
        if (planes.Length < 3 * plane)
        {
            throw new ArgumentException($"{planes.Length} floats are too few for three planes of {width}x{height}.", nameof(planes));
        }

        var red = source.Order == PixelOrder.Rgb ? 0 : 2;
        _resizer.Begin(source, width, height, Preparation.Interpolation);
        for (var y = 0; y < height; y++)
        {
            _resizer.Row(source, y, _row);
            Normalise(red, 0, planes.Slice(y * width, width));
            Normalise(1, 1, planes.Slice(plane + (y * width), width));
            Normalise(2 - red, 2, planes.Slice((2 * plane) + (y * width), width));
        }
    }

    private void Normalise(int sample, int channel, Span<float> row)
    {
        var table = _normal.AsSpan(channel * Levels, Levels);
        for (var x = 0; x < row.Length; x++)
        {
            row[x] = table[_row[(x * 3) + sample]];
        }
    }
}
