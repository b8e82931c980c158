using System.Text.Json.Serialization;

namespace ShiTu.Trainer.Evaluation;

/// <summary>What <c>eval --json</c> prints (contract.md 3), and below it the labels it goes wrong on.</summary>
/// <param name="RecallAt1">Share of queries with a match first.</param>
/// <param name="RecallAt5">Share with a match among the first five.</param>
/// <param name="Map">Mean average precision.</param>
/// <param name="Minp">Mean inverse negative penalty; absent where it is infinite (quirks).</param>
/// <param name="Queries">Queries.</param>
/// <param name="Gallery">Gallery pictures.</param>
/// <param name="ImagesPerSecond">Pictures embedded a second, decoding included.</param>
/// <param name="Labels">Recall@1 of each label, worst first; with <c>--per-label</c>.</param>
/// <param name="Confusions">Most frequent wrong answers; with <c>--per-label</c>.</param>
public sealed record EvaluationReport(
    [property: JsonPropertyName("recall_at_1")] double RecallAt1,
    [property: JsonPropertyName("recall_at_5")] double RecallAt5,
    double Map,
    double? Minp,
    int Queries,
    int Gallery,
    double ImagesPerSecond,
    IReadOnlyList<LabelScore>? Labels = null,
    IReadOnlyList<Confusion>? Confusions = null);

/// <summary>How one label fares.</summary>
/// <param name="Label">The label.</param>
/// <param name="RecallAt1">Share of its queries found.</param>
/// <param name="Queries">Its queries.</param>
public sealed record LabelScore(string Label, [property: JsonPropertyName("recall_at_1")] double RecallAt1, int Queries);

/// <summary>One label taken for another.</summary>
/// <param name="Label">What it was.</param>
/// <param name="Answer">What was found.</param>
/// <param name="Count">How often.</param>
public sealed record Confusion(string Label, string Answer, int Count);
