using static TorchSharp.torch;

namespace ShiTu.Trainer.Networks;

/// <summary>A network from pictures to embeddings, in two steps so that a teacher can guide the first.</summary>
public interface IBackbone
{
    /// <summary>Floats an embedding.</summary>
    int Dimension { get; }

    /// <summary>[N,3,H,W] normalised pictures to the global average of the last block, [N,C,1,1].</summary>
    Tensor Trunk(Tensor pictures);

    /// <summary>The trunk's average to embeddings before the neck, [N,<see cref="Dimension"/>].</summary>
    Tensor Embed(Tensor trunk);

    /// <summary>Parameters and multiply-adds of every convolution for pictures of the given size.</summary>
    IEnumerable<LayerCost> Costs(int height, int width);
}
