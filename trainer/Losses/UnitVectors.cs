using static TorchSharp.torch;

namespace ShiTu.Trainer.Losses;

/// <summary>Rows divided by their length; 1e-12 keeps a zero row zero (feature-model.md 8, 14).</summary>
internal static class UnitVectors
{
    public static Tensor Of(Tensor rows) => rows / rows.norm(1, keepdim: true, p: 2f).clamp_min(1e-12);
}
