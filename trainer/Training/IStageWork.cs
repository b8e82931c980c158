using ShiTu.Trainer.Data;
using static TorchSharp.torch;

namespace ShiTu.Trainer.Training;

/// <summary>What differs from stage to stage: which weights learn, and what one batch teaches them.</summary>
internal interface IStageWork
{
    /// <summary>The weights that learn.</summary>
    IEnumerable<(string Name, Tensor Parameter)> Parameters { get; }

    /// <summary>The batch of a step; called ahead, on another thread.</summary>
    Batch Make(long step, int size);

    /// <summary>Adds the batch's gradients to the weights and its losses to <paramref name="losses"/>.</summary>
    void Learn(Batch batch, LossParts losses);

    /// <summary>What follows the last step.</summary>
    void Finish(CancellationToken token);
}
