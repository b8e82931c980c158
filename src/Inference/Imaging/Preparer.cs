namespace ShiTu.Inference.Imaging;

/// <summary>Applies a <see cref="Preparation"/>: resize, normalise and planes in one pass, no allocation once the sizes repeat. One instance a thread.</summary>
public sealed class Preparer(Preparation preparation)
{
    /// <summary>What is applied.</summary>
    public Preparation Preparation { get; } = preparation;

    /// <summary>Prepares <paramref name="source"/> (cut it first where only a part is meant).</summary>
    /// <param name="source">Any size, either sample order.</param>
    /// <param name="planes">Receives <c>3 * Height * Width</c> floats: all red, all green, all blue.</param>
    public void Prepare(PictureView source, Span<float> planes) => throw new NotSupportedException("Being written.");
}
