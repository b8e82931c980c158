namespace ShiTu.Inference.Imaging;

/// <summary>A borrowed view of an interleaved 8-bit, 3-channel picture. It owns nothing and allocates nothing.</summary>
public readonly ref struct PictureView
{
    /// <summary>Looks at <paramref name="pixels"/> as a picture.</summary>
    /// <param name="pixels">At least <c>(height - 1) * stride + width * 3</c> bytes.</param>
    /// <param name="width">Width in pixels, at least 1.</param>
    /// <param name="height">Height in pixels, at least 1.</param>
    /// <param name="stride">Bytes from one row to the next, at least <c>width * 3</c>.</param>
    /// <param name="order">Order of the samples.</param>
    /// <exception cref="ArgumentException">The bytes are too few for the size.</exception>
    public PictureView(ReadOnlySpan<byte> pixels, int width, int height, int stride, PixelOrder order)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan((long)stride, (long)width * 3);
        if (pixels.Length < ((long)(height - 1) * stride) + ((long)width * 3))
        {
            throw new ArgumentException($"A picture of {width}x{height} with a stride of {stride} needs more than {pixels.Length} bytes.", nameof(pixels));
        }

        Pixels = pixels;
        Width = width;
        Height = height;
        Stride = stride;
        Order = order;
    }

    /// <summary>The samples, row by row.</summary>
    public ReadOnlySpan<byte> Pixels { get; }

    /// <summary>Width in pixels.</summary>
    public int Width { get; }

    /// <summary>Height in pixels.</summary>
    public int Height { get; }

    /// <summary>Bytes from one row to the next.</summary>
    public int Stride { get; }

    /// <summary>Order of the samples.</summary>
    public PixelOrder Order { get; }

    /// <summary>The part of the picture inside <paramref name="rect"/>; no copy.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The rectangle is empty or reaches outside.</exception>
    public PictureView Cut(PixelRect rect)
    {
        if (rect.X < 0 || rect.Y < 0 || rect.Width < 1 || rect.Height < 1 || rect.Width > Width - rect.X || rect.Height > Height - rect.Y)
        {
            throw new ArgumentOutOfRangeException(nameof(rect), $"{rect} does not lie inside a picture of {Width}x{Height}.");
        }

        return new PictureView(Pixels[((rect.Y * Stride) + (rect.X * 3))..], rect.Width, rect.Height, Stride, Order);
    }
}
