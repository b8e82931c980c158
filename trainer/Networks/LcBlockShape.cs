namespace ShiTu.Trainer.Networks;

/// <summary>The numbers of a block.</summary>
/// <param name="Input">Input channels.</param>
/// <param name="Output">Output channels.</param>
/// <param name="Stride">Stride of the depthwise stage.</param>
/// <param name="Kernel">Side of the depthwise kernel.</param>
/// <param name="Split">Two pointwise convolutions through half the output channels instead of one.</param>
/// <param name="Branches">Re-parametrised depthwise stage.</param>
/// <param name="Excite">Squeeze-excite between depthwise and pointwise stage.</param>
/// <param name="Shortcut">The input is added to the output where stride and channels allow.</param>
/// <param name="Activation">After each batch norm.</param>
/// <param name="Gate">Of the squeeze-excite.</param>
public sealed record LcBlockShape(
    int Input,
    int Output,
    int Stride,
    int Kernel,
    bool Split = false,
    bool Branches = false,
    bool Excite = false,
    bool Shortcut = false,
    Activation Activation = Activation.Relu,
    Activation Gate = Activation.Sigmoid)
{
    /// <summary>Whether the shortcut exists.</summary>
    public bool HasShortcut => Shortcut && Stride == 1 && Input == Output;
}
