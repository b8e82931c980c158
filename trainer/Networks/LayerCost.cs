namespace ShiTu.Trainer.Networks;

/// <summary>What one convolution costs (feature-model.md 1.5).</summary>
/// <param name="Layer">Its name.</param>
/// <param name="Parameters">Parameters, batch norm's gamma and beta included, running statistics not.</param>
/// <param name="FusedParameters">Parameters once batch norm is folded and branches are one; 0 for all but a stage's largest branch.</param>
/// <param name="MultiplyAdds">Multiply-adds a picture in the form the network has now.</param>
/// <param name="FusedMultiplyAdds">Multiply-adds a picture in the fused form.</param>
public sealed record LayerCost(string Layer, long Parameters, long FusedParameters, long MultiplyAdds, long FusedMultiplyAdds);
