namespace ShiTu.EdgeAgent.Events;

/// <summary>An item and how similar it is.</summary>
/// <param name="Item">Item id.</param>
/// <param name="Label">Label, verbatim.</param>
/// <param name="Similarity">Cosine, -1..1.</param>
internal sealed record Candidate(string Item, string Label, float Similarity);

/// <summary>What is decided about an object, always with the runner-up where there is one.</summary>
/// <param name="Decision">The decision.</param>
/// <param name="Best">Best candidate, or null with an empty gallery.</param>
/// <param name="RunnerUp">Best candidate with another label, or null.</param>
/// <param name="Reason">Why it is unknown or ambiguous; null where recognised.</param>
internal sealed record Verdict(Decision Decision, Candidate? Best, Candidate? RunnerUp, string? Reason)
{
    /// <summary>Similarity of the best less that of the runner-up; null without a runner-up.</summary>
    public float? Margin => Best is not null && RunnerUp is not null ? Best.Similarity - RunnerUp.Similarity : null;
}
