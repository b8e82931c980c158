using System.Text.Json;
using System.Text.Json.Serialization;
using ShiTu.Trainer.Networks;

namespace ShiTu.Trainer.Training;

/// <summary>What a checkpoint says beside its tensors.</summary>
/// <param name="Format">Version of the file.</param>
/// <param name="Recipe">Name of the recipe.</param>
/// <param name="RecipeText">The recipe with its overrides, as it ran.</param>
/// <param name="Network">The network's options.</param>
/// <param name="Classes">Names of the class head's rows.</param>
/// <param name="Stage">Stage that is running, from 0.</param>
/// <param name="Step">Steps done in it.</param>
/// <param name="Seconds">Seconds spent in it.</param>
/// <param name="Best">Best recall@1 so far.</param>
/// <param name="Teachers">Teachers, file name and SHA-256.</param>
/// <param name="Done">Finished stages with their real steps and minutes.</param>
/// <param name="Tensors">Name and shape of each tensor, in the order of the data.</param>
public sealed record CheckpointHeader(
    int Format,
    string Recipe,
    string RecipeText,
    BackboneOptions Network,
    IReadOnlyList<string> Classes,
    int Stage,
    long Step,
    double Seconds,
    double Best,
    IReadOnlyList<string> Teachers,
    IReadOnlyList<StageRecord> Done,
    IReadOnlyList<TensorRecord> Tensors)
{
    /// <summary>Updates of the weights' moving average.</summary>
    public long Average { get; init; }
}

/// <summary>A finished stage.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Steps">Steps it took.</param>
/// <param name="Minutes">Minutes it took.</param>
/// <param name="Pictures">Pictures that went through the network.</param>
public sealed record StageRecord(string Name, long Steps, double Minutes, long Pictures);

/// <summary>A tensor of a checkpoint.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Shape">Its shape.</param>
public sealed record TensorRecord(string Name, IReadOnlyList<long> Shape);
