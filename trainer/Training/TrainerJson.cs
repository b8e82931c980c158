using System.Text.Json;
using System.Text.Json.Serialization;

namespace ShiTu.Trainer.Training;

/// <summary>JSON of recipes and checkpoints, without reflection; an unknown key is an error.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    ReadCommentHandling = JsonCommentHandling.Skip,
    AllowTrailingCommas = true,
    WriteIndented = true,
    RespectNullableAnnotations = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(Recipe))]
[JsonSerializable(typeof(CheckpointHeader))]
[JsonSerializable(typeof(Evaluation.EvaluationReport))]
[JsonSerializable(typeof(Ablation.AblationPlan))]
internal sealed partial class TrainerJson : JsonSerializerContext;
