using ShiTu.Trainer.Detection.Losses;
using static TorchSharp.torch;

namespace ShiTu.Trainer.Tests.Detection;

/// <summary>Predictions from their parts.</summary>
internal static class PriorRows
{
    /// <summary>Joins class logits [N, P] and logits of the distances [N * P, 4, 8]; gradient flows to both.</summary>
    public static Predictions Of(Tensor logits, Tensor sides) => new(cat([logits.unsqueeze(2), sides.reshape(logits.shape[0], logits.shape[1], -1)], 2));
}
