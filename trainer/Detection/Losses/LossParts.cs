using static TorchSharp.torch;

namespace ShiTu.Trainer.Detection.Losses;

/// <summary>The weighted parts of the detector's loss (detector.md 4.3); their sum is what is minimised.</summary>
/// <param name="Varifocal">Of the class logits.</param>
/// <param name="Overlap">2 (1 - GIoU) of the positives' boxes.</param>
/// <param name="Distribution">0.25 x distribution focal loss of the positives' sides.</param>
/// <param name="Positives">Priors with a box.</param>
public sealed record LossParts(Tensor Varifocal, Tensor Overlap, Tensor Distribution, int Positives)
{
    /// <summary>The sum.</summary>
    public Tensor Total => Varifocal + Overlap + Distribution;
}
