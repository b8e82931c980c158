using ShiTu.EdgeAgent.Events;

namespace ShiTu.EdgeAgent.Recognition;

/// <summary>A verdict in figures: it costs nothing until somebody wants the text.</summary>
/// <param name="Decision">The decision.</param>
/// <param name="Reason">Why it is not recognised.</param>
/// <param name="Best">Best match.</param>
/// <param name="RunnerUp">Best match with another label.</param>
/// <param name="Wanted">The figure that was missed: a similarity, a margin, a share or a number of looks, as the reason says.</param>
/// <param name="Got">What there was instead.</param>
internal readonly record struct Judgement(Decision Decision, VerdictReason Reason, Match Best, Match RunnerUp, float Wanted, float Got)
{
    /// <summary>The verdict as events carry it.</summary>
    public Verdict ToVerdict() => new(Decision, Best.ToCandidate(), RunnerUp.ToCandidate(), Explain());

    /// <summary>The reason in words; null where recognised.</summary>
    public string? Explain() => Reason switch
    {
        VerdictReason.None => null,
        VerdictReason.EmptyGallery => "the gallery holds no item",
        VerdictReason.BelowThreshold => $"similarity {Got:0.000} is below the threshold of {Wanted:0.000}",
        VerdictReason.MarginTooSmall => $"only {Got:0.000} ahead of the runner-up, {Wanted:0.000} needed",
        VerdictReason.LooksDisagree => $"only {Got:0%} of the looks agree, {Wanted:0%} needed",
        _ => $"{Got:0} looks, {Wanted:0} needed",
    };
}
