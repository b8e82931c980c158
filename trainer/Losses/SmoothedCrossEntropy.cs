using TorchSharp;
using static TorchSharp.torch;

namespace ShiTu.Trainer.Losses;

/// <summary>Cross-entropy with label smoothing in its closed form: no one-hot matrix of the classes' size (feature-model.md 2.2).</summary>
public static class SmoothedCrossEntropy
{
    /// <summary>Mean over the batch of -(1 - ε) · lp_y - ε / C · Σ lp.</summary>
    /// <param name="logits">[N, C].</param>
    /// <param name="labels">[N], int64, each below C.</param>
    /// <param name="epsilon">Smoothing; outside (0, 1): none.</param>
    public static Tensor Of(Tensor logits, Tensor labels, double epsilon)
    {
        var logs = nn.functional.log_softmax(logits, 1);
        var own = logs.gather(1, labels.unsqueeze(1)).squeeze(1);
        return epsilon is > 0 and < 1
            ? ((own * (epsilon - 1)) - (logs.mean([1L]) * epsilon)).mean()
            : -own.mean();
    }
}
