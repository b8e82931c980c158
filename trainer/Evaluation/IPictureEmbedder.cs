using ShiTu.Inference.Imaging;

namespace ShiTu.Trainer.Evaluation;

/// <summary>Something that turns decoded pictures into vectors: the agent's engine on an exported model, or a network from a checkpoint.</summary>
public interface IPictureEmbedder : IDisposable
{
    /// <summary>Embeds pictures, whole.</summary>
    IReadOnlyList<float[]> Embed(IReadOnlyList<Picture> pictures);
}
