namespace ShiTu.Inference.Imaging;

/// <summary>What is done to a picture before a network sees it: resize, scale to 0..1, subtract the mean, divide by the deviation, RGB planes.</summary>
/// <param name="Width">Network input width, pixels.</param>
/// <param name="Height">Network input height, pixels.</param>
/// <param name="Interpolation">How it is resized.</param>
/// <param name="Mean">Mean of red, green, blue (0..1).</param>
/// <param name="Deviation">Standard deviation of red, green, blue.</param>
public sealed record Preparation(int Width, int Height, Interpolation Interpolation, float[] Mean, float[] Deviation)
{
    /// <summary>ImageNet's constants, used by both networks.</summary>
    public static Preparation ImageNet(int width, int height, Interpolation interpolation) =>
        new(width, height, interpolation, [0.485f, 0.456f, 0.406f], [0.229f, 0.224f, 0.225f]);
}
