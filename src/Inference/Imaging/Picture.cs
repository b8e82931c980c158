namespace ShiTu.Inference.Imaging;

/// <summary>A picture that owns its bytes: interleaved, 8 bits a sample, 3 samples a pixel, rows without padding.</summary>
public sealed class Picture
{
    /// <summary>Takes over <paramref name="pixels"/>.</summary>
    /// <param name="pixels">Exactly <c>width * height * 3</c> bytes.</param>
    /// <param name="width">Width in pixels, at least 1.</param>
    /// <param name="height">Height in pixels, at least 1.</param>
    /// <param name="order">Order of the samples.</param>
    public Picture(byte[] pixels, int width, int height, PixelOrder order)
    {
        ArgumentNullException.ThrowIfNull(pixels);
        if (width < 1 || height < 1 || pixels.LongLength != (long)width * height * 3)
        {
            throw new ArgumentException($"{pixels.LongLength} bytes are not a picture of {width}x{height}.", nameof(pixels));
        }

        Pixels = pixels;
        Width = width;
        Height = height;
        Order = order;
    }

    /// <summary>The samples, row by row.</summary>
    public byte[] Pixels { get; }

    /// <summary>Width in pixels.</summary>
    public int Width { get; }

    /// <summary>Height in pixels.</summary>
    public int Height { get; }

    /// <summary>Order of the samples.</summary>
    public PixelOrder Order { get; }

    /// <summary>A view of the whole picture.</summary>
    public PictureView View => new(Pixels, Width, Height, Width * 3, Order);
}
