using ShiTu.Inference.Imaging;

namespace ShiTu.Inference.Detection;

/// <summary>Prepares a picture, runs the detector, decodes and applies NMS. One thread at a time; allocates nothing once warm.</summary>
public sealed class MainBodyDetector : IDisposable
{
    /// <summary>Finds the products in <paramref name="picture"/>, best first.</summary>
    /// <param name="picture">Any size, either sample order.</param>
    /// <param name="options">Thresholds.</param>
    /// <param name="into">Receives at most <c>options.MaxDetections</c> boxes, clipped to the picture, each at least one pixel wide and high.</param>
    /// <returns>How many were written.</returns>
    public int Detect(PictureView picture, DetectionOptions options, Span<Detection> into) => throw new NotSupportedException("Being written.");

    /// <inheritdoc/>
    public void Dispose() => GC.SuppressFinalize(this);
}
