using ShiTu.Inference.Features;
using ShiTu.Inference.Imaging;

namespace ShiTu.EdgeAgent.GalleryUpdates;

/// <summary>Turns the JPEG of a chunk or a golden picture into a unit vector.</summary>
internal delegate float[] PictureEmbedder(ReadOnlyMemory<byte> picture);

/// <summary>Embeds whole pictures with a feature extractor of its own.</summary>
internal static class PictureEmbedding
{
    /// <summary>An embedder; one caller at a time.</summary>
    /// <param name="extractor">Used by nobody else.</param>
    /// <param name="maxPixels">Most pixels that are decoded.</param>
    public static PictureEmbedder With(FeatureExtractor extractor, long maxPixels) => picture =>
    {
        try
        {
            var decoded = PictureDecoder.Decode(picture.Span, maxPixels);
            var vector = new float[extractor.Dimension];
            extractor.Extract(decoded.View, [new PixelRect(0, 0, decoded.Width, decoded.Height)], vector);
            return vector;
        }
        catch (PictureFormatException e)
        {
            throw new RefusedException("chunk", $"A picture cannot be taken: {e.Message}", e);
        }
    };
}
