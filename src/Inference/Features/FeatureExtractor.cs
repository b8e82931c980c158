using ShiTu.Inference.Imaging;

namespace ShiTu.Inference.Features;

/// <summary>Turns crops into embeddings of unit length. One thread at a time; allocates nothing once warm.</summary>
public sealed class FeatureExtractor : IDisposable
{
    /// <summary>Floats an embedding.</summary>
    public int Dimension => throw new NotSupportedException("Being written.");

    /// <summary>Embeds every crop of <paramref name="picture"/>, in batches of 8, 4, 2 and 1.</summary>
    /// <param name="picture">The frame.</param>
    /// <param name="crops">Rectangles inside the frame; may be empty.</param>
    /// <param name="embeddings">Receives <c>crops.Length * Dimension</c> floats, row by row, each row of unit length.</param>
    public void Extract(PictureView picture, ReadOnlySpan<PixelRect> crops, Span<float> embeddings) => throw new NotSupportedException("Being written.");

    /// <inheritdoc/>
    public void Dispose() => GC.SuppressFinalize(this);
}
