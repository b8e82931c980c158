using System.Text.Json.Serialization;
using ShiTu.Trainer.Detection.Data;
using ShiTu.Trainer.Detection.Losses;
using ShiTu.Trainer.Json;
using ShiTu.Trainer.Training;

namespace ShiTu.Trainer.Detection.Training;

/// <summary>One stage of a detector's training. It ends at its steps or its minutes, whichever comes first; 0 is no limit.</summary>
/// <param name="Name">Its name in logs.</param>
/// <param name="Kind">What it does.</param>
/// <param name="Steps">Most steps.</param>
/// <param name="Minutes">Most minutes.</param>
/// <param name="Sizes">Sides of the pictures; one is drawn a batch. Multiples of 32.</param>
/// <param name="Batch">Pictures a step.</param>
/// <param name="Optimizer">Its optimiser and schedule.</param>
/// <param name="Mix">Kinds of pictures.</param>
/// <param name="Average">Decay of the moving average of the weights that is measured and exported.</param>
/// <param name="RateFloor">Share of the peak learning rate below which the schedule does not go.</param>
/// <param name="TeacherBoxes">Whether the pictures marked by the teacher take part.</param>
/// <param name="Dense">What the box teacher says of every prior; null: it is not asked.</param>
public sealed record DetectorStage(
    string Name,
    DetectorStageKind Kind = DetectorStageKind.Detect,
    long Steps = 0,
    double Minutes = 0,
    IReadOnlyList<int>? Sizes = null,
    int Batch = 16,
    OptimizerOptions? Optimizer = null,
    SceneMix? Mix = null,
    double Average = 0.9998,
    double RateFloor = 0.01,
    bool TeacherBoxes = true,
    DenseOptions? Dense = null);

/// <summary>What a stage of a detector's training does.</summary>
[JsonConverter(typeof(NameConverter<DetectorStageKind>))]
public enum DetectorStageKind
{
    /// <summary>The backbone learns to give a classifier's activations through throw-away 1x1 adapters.</summary>
    Hints,

    /// <summary>The whole detector learns from boxes.</summary>
    Detect,
}
