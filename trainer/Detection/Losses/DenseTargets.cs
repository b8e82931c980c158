using static TorchSharp.torch;

namespace ShiTu.Trainer.Detection.Losses;

/// <summary>What a teaching detector says of every prior of some pictures of a batch.</summary>
/// <param name="Pictures">Their places in the batch, int64 [K].</param>
/// <param name="Scores">Score of the best class, [K, P].</param>
/// <param name="Distances">Left, top, right, bottom in strides of the pictures' own size, [K, P, 4].</param>
internal sealed record DenseTargets(Tensor Pictures, Tensor Scores, Tensor Distances);
