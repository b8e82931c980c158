using System.Text.Json.Serialization;
using ShiTu.Trainer.Json;

namespace ShiTu.Trainer.Training;

/// <summary>What a stage does.</summary>
[JsonConverter(typeof(NameConverter<StageKind>))]
public enum StageKind
{
    /// <summary>Every block by itself learns to map the teacher's activation before it to the one after it.</summary>
    Blockwise,

    /// <summary>The whole network learns from labels, from a teacher, or from both.</summary>
    Metric,
}
