using ShiTu.Inference.Engines;

namespace ShiTu.Inference.Imaging;

/// <summary>
/// Prepares parts of a picture on two threads: the upper rows of each on the caller's, the lower rows on a companion's.
/// With one thread the caller does all. One caller at a time; allocates nothing once the sizes repeat.
/// </summary>
internal sealed unsafe class PairedPreparer : IDisposable
{
    private readonly Preparer _upper;
    private readonly Preparer? _lower;
    private readonly CompanionThread? _companion;
    private Work _work;

    /// <summary>Makes ready for a preparation.</summary>
    /// <param name="preparation">What is applied.</param>
    /// <param name="threads">Two threads are used when there are at least two.</param>
    public PairedPreparer(Preparation preparation, int threads)
    {
        _upper = new Preparer(preparation);
        if (threads > 1 && preparation.Height > 1)
        {
            _lower = new Preparer(preparation);
            _companion = new CompanionThread("preparation", Lower);
        }
    }

    /// <summary>Prepares parts of a picture.</summary>
    /// <param name="source">The picture.</param>
    /// <param name="parts">Rectangles inside it.</param>
    /// <param name="planes">Receives the planes of one part after the other, each <c>3 * Height * Width</c> floats.</param>
    public void Prepare(PictureView source, ReadOnlySpan<PixelRect> parts, Span<float> planes)
    {
        var height = _upper.Preparation.Height;
        if (_lower is null || parts.IsEmpty)
        {
            Prepare(_upper, source, parts, planes, 0, height);
            return;
        }

        fixed (byte* pixels = source.Pixels)
        fixed (PixelRect* rects = parts)
        fixed (float* floats = planes)
        {
            _work = new Work(pixels, source.Pixels.Length, source.Width, source.Height, source.Stride, source.Order, rects, parts.Length, floats, planes.Length);
            _companion!.Begin();
            var whole = false;
            try
            {
                Prepare(_upper, source, parts, planes, 0, height / 2);
                whole = true;
            }
            finally
            {
                // The other thread reads what is held still here only.
                _companion.Wait(quietly: !whole);
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _companion?.Dispose();

    private static void Prepare(Preparer preparer, PictureView source, ReadOnlySpan<PixelRect> parts, Span<float> planes, int first, int end)
    {
        var size = 3 * preparer.Preparation.Width * preparer.Preparation.Height;
        for (var at = 0; at < parts.Length; at++)
        {
            preparer.Prepare(source.Cut(parts[at]), planes.Slice(at * size, size), first, end);
        }
    }

    private void Lower()
    {
        var work = _work;
        var source = new PictureView(new ReadOnlySpan<byte>(work.Pixels, work.Bytes), work.Width, work.Height, work.Stride, work.Order);
        var height = _lower!.Preparation.Height;
        Prepare(_lower, source, new ReadOnlySpan<PixelRect>(work.Parts, work.PartCount), new Span<float>(work.Planes, work.Floats), height / 2, height);
    }

    private readonly struct Work(byte* pixels, int bytes, int width, int height, int stride, PixelOrder order, PixelRect* parts, int partCount, float* planes, int floats)
    {
        public readonly byte* Pixels = pixels;
        public readonly int Bytes = bytes;
        public readonly int Width = width;
        public readonly int Height = height;
        public readonly int Stride = stride;
        public readonly PixelOrder Order = order;
        public readonly PixelRect* Parts = parts;
        public readonly int PartCount = partCount;
        public readonly float* Planes = planes;
        public readonly int Floats = floats;
    }
}
