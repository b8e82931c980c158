namespace ShiTu.Trainer.Kernels;

/// <summary>Sizes of a depthwise convolution whose padding is half its kernel.</summary>
internal readonly record struct DepthwiseShape(int Pictures, int Height, int Width, int Channels, int Kernel, int Stride)
{
    public int Padding => Kernel / 2;

    public int OutHeight => ((Height + (2 * Padding) - Kernel) / Stride) + 1;

    public int OutWidth => ((Width + (2 * Padding) - Kernel) / Stride) + 1;
}
