namespace ShiTu.Inference.Imaging;

/// <summary>Resizes 8-bit pictures with OpenCV's exact arithmetic. Tables and rows are kept between calls: one instance a thread, no allocation once the sizes repeat.</summary>
public sealed class PictureResizer
{
    private readonly ResampleAxis _across = new(isHorizontal: true);
    private readonly ResampleAxis _down = new(isHorizontal: false);
    private readonly AreaReducer _area = new();
    private readonly int[][] _rows = [[], [], [], []];
    private readonly int[] _rowOf = [-1, -1, -1, -1];
    private Method _method;
    private int _width;
    private double _scaleX;
    private double _scaleY;

    private enum Method
    {
        Copy,
        Nearest,
        Resample,
        Reduce,
    }

    /// <summary>Resizes <paramref name="source"/> to fill <paramref name="destination"/>; the aspect ratio is not kept.</summary>
    /// <param name="source">Any size.</param>
    /// <param name="destination">Receives <c>width * height * 3</c> bytes, interleaved, in the source's sample order.</param>
    /// <param name="width">New width, at least 1.</param>
    /// <param name="height">New height, at least 1.</param>
    /// <param name="interpolation">Which samples are joined.</param>
    public void Resize(PictureView source, Span<byte> destination, int width, int height, Interpolation interpolation)
    {
        if (destination.Length < (long)width * height * 3)
        {
            throw new ArgumentException($"{destination.Length} bytes are too few for a picture of {width}x{height}.", nameof(destination));
        }

        Begin(source, width, height, interpolation);
        for (var y = 0; y < height; y++)
        {
            Row(source, y, destination.Slice(y * width * 3, width * 3));
        }
    }

    /// <summary>Makes ready for the rows of one picture.</summary>
    internal void Begin(PictureView source, int width, int height, Interpolation interpolation)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        _width = width;
        _scaleX = 1.0 / ((double)width / source.Width);
        _scaleY = 1.0 / ((double)height / source.Height);
        if (source.Width == width && source.Height == height)
        {
            _method = Method.Copy;
        }
        else if (interpolation == Interpolation.Nearest)
        {
            _method = Method.Nearest;
        }
        else if (interpolation == Interpolation.Area && width <= source.Width && height <= source.Height)
        {
            _method = Method.Reduce;
            _area.Make(source.Width, source.Height, width, height);
        }
        else
        {
            _method = Method.Resample;
            _across.Make(source.Width, width, interpolation);
            _down.Make(source.Height, height, interpolation);
            _rowOf.AsSpan().Fill(-1);
        }
    }

    /// <summary>Makes row <paramref name="y"/> of the picture that <see cref="Begin"/> was called for; rows are asked for in rising order.</summary>
    internal void Row(PictureView source, int y, Span<byte> row)
    {
        switch (_method)
        {
            case Method.Copy:
                source.Pixels.Slice(y * source.Stride, row.Length).CopyTo(row);
                break;
            case Method.Nearest:
                Nearest(source, y, row);
                break;
            case Method.Reduce:
                _area.Row(source, y, row);
                break;
            default:
                Resample(source, y, row);
                break;
        }
    }

    private void Nearest(PictureView source, int y, Span<byte> row)
    {
        var from = source.Pixels[(Math.Min((int)Math.Floor(y * _scaleY), source.Height - 1) * source.Stride)..];
        for (var x = 0; x < _width; x++)
        {
            from.Slice(Math.Min((int)Math.Floor(x * _scaleX), source.Width - 1) * 3, 3).CopyTo(row[(x * 3)..]);
        }
    }

    private void Resample(PictureView source, int y, Span<byte> row)
    {
        var taps = _down.Taps;
        var first = y * taps;
        var r0 = Sums(source, _down.Samples[first]);
        var r1 = Sums(source, _down.Samples[first + 1]);
        if (taps == 2)
        {
            VerticalKernel.Linear(r0, r1, _down.Weights[first], _down.Weights[first + 1], row);
        }
        else
        {
            VerticalKernel.Cubic(r0, r1, Sums(source, _down.Samples[first + 2]), Sums(source, _down.Samples[first + 3]), _down.Weights.AsSpan(first, 4), row);
        }
    }

    // The rows that an output row needs are at most four neighbours: their number modulo four is their place.
    private Span<int> Sums(PictureView source, int y)
    {
        var place = y & 3;
        if (_rows[place].Length < (_width * 3) + 1)
        {
            _rows[place] = new int[(_width * 3) + 1];
            _rowOf[place] = -1;
        }

        if (_rowOf[place] != y)
        {
            HorizontalKernel.Resample(source.Pixels.Slice(y * source.Stride, source.Width * 3), _across, _width, _rows[place]);
            _rowOf[place] = y;
        }

        return _rows[place].AsSpan(0, _width * 3);
    }
}
