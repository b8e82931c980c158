namespace ShiTu.Inference.Imaging;

/// <summary>Resizes 8-bit pictures with OpenCV's exact arithmetic. Tables and rows are kept between calls: one instance a thread, no allocation once the sizes repeat.</summary>
public sealed class PictureResizer
{
    /// <summary>Resizes <paramref name="source"/> to fill <paramref name="destination"/>; the aspect ratio is not kept.</summary>
    /// <param name="source">Any size.</param>
    /// <param name="destination">Receives <c>width * height * 3</c> bytes, interleaved, in the source's sample order.</param>
    /// <param name="width">New width, at least 1.</param>
    /// <param name="height">New height, at least 1.</param>
    /// <param name="interpolation">Which samples are joined.</param>
    public void Resize(PictureView source, Span<byte> destination, int width, int height, Interpolation interpolation) =>
        throw new NotSupportedException("Being written.");
}
