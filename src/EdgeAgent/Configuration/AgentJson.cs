using System.Text.Json;
using System.Text.Json.Serialization;

namespace ShiTu.EdgeAgent.Configuration;

/// <summary>The settings' shape, known at compile time: names, types and defaults come from the records themselves.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    UseStringEnumConverter = true,
    WriteIndented = true,
    Converters = [typeof(DurationConverter)])]
[JsonSerializable(typeof(AgentOptions))]
internal sealed partial class AgentJson : JsonSerializerContext;
