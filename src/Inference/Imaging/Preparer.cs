namespace ShiTu.Inference.Imaging;

/// <summary>Applies a <see cref="Preparation"/>: resize, normalise and planes in one pass, no allocation once the sizes repeat. One instance a thread.</summary>
public sealed class Preparer
{
    private readonly PictureResizer _resizer = new();
    private readonly PlanarNormalisation _normalisation;
    private readonly byte[] _row;

    /// <summary>Makes ready for a preparation.</summary>
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
        _normalisation = new PlanarNormalisation(preparation);
    }

    /// <summary>What is applied.</summary>
    public Preparation Preparation { get; }

    /// <summary>Prepares <paramref name="source"/> (cut it first where only a part is meant).</summary>
    /// <param name="source">Any size, either sample order.</param>
    /// <param name="planes">Receives <c>3 * Height * Width</c> floats: all red, all green, all blue.</param>
    public void Prepare(PictureView source, Span<float> planes) => Prepare(source, planes, 0, Preparation.Height);

    /// <summary>Prepares the rows from <paramref name="first"/> to before <paramref name="end"/>; the others are left as they are.</summary>
    internal void Prepare(PictureView source, Span<float> planes, int first, int end)
    {
        var (width, height) = (Preparation.Width, Preparation.Height);
        var plane = width * height;
        if (planes.Length < 3 * plane)
        {
            throw new ArgumentException($"{planes.Length} floats are too few for three planes of {width}x{height}.", nameof(planes));
        }

        _resizer.Begin(source, width, height, Preparation.Interpolation);
        for (var y = first; y < end; y++)
        {
            _resizer.Row(source, y, _row);
            _normalisation.Apply(_row, source.Order, planes.Slice(y * width, width), planes.Slice(plane + (y * width), width), planes.Slice((2 * plane) + (y * width), width));
        }
    }
}
