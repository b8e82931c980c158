using System.Text.Json.Serialization;

namespace ShiTu.EdgeAgent.Bench;

/// <summary>One measured case (contract 3). Absent figures do not apply.</summary>
internal sealed record BenchCase
{
    /// <summary>What was measured.</summary>
    public required string Case { get; init; }

    /// <summary>Engine of a model call.</summary>
    public string? Engine { get; init; }

    /// <summary>Arithmetic of a model call.</summary>
    public string? Precision { get; init; }

    /// <summary>Threads inside a call.</summary>
    public int? Threads { get; init; }

    /// <summary>Pictures a call.</summary>
    public int? Batch { get; init; }

    /// <summary>How often it was measured, or how much there was.</summary>
    public int? N { get; init; }

    /// <summary>Median, milliseconds.</summary>
    public double? P50Ms { get; init; }

    /// <summary>90th percentile, milliseconds.</summary>
    public double? P90Ms { get; init; }

    /// <summary>99th percentile, milliseconds.</summary>
    public double? P99Ms { get; init; }

    /// <summary>Share of queries whose nearest neighbour was found, 0..1.</summary>
    public double? Recall { get; init; }

    /// <summary>What <see cref="Ratio"/> is relative to.</summary>
    public string? RatioTo { get; init; }

    /// <summary>Median of the pairwise ratios, measured in turn.</summary>
    public double? Ratio { get; init; }

    /// <summary>A figure that is no time, with its unit.</summary>
    public double? Value { get; init; }

    /// <summary>Unit of <see cref="Value"/>.</summary>
    public string? Unit { get; init; }
}

/// <summary>JSON of the figures.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, WriteIndented = true)]
[JsonSerializable(typeof(IReadOnlyList<BenchCase>))]
internal sealed partial class BenchJson : JsonSerializerContext;
