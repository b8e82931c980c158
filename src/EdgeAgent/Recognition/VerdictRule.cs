using ShiTu.EdgeAgent.Events;

namespace ShiTu.EdgeAgent.Recognition;

/// <summary>From candidates to a decision (decision 4): first the threshold, then the margin to the best candidate with another label.</summary>
internal static class VerdictRule
{
    /// <summary>Judges one box.</summary>
    /// <param name="matches">Best first; unfilled places last.</param>
    /// <param name="margin">Least distance to another label.</param>
    public static Judgement Judge(ReadOnlySpan<Match> matches, float margin)
    {
        if (matches.IsEmpty || matches[0].Item is null)
        {
            return new Judgement(Decision.Unknown, VerdictReason.EmptyGallery, default, default, 0, 0);
        }

        var best = matches[0];
        var runnerUp = RunnerUp(matches);
        if (!(best.Similarity >= best.Threshold))
        {
            return new Judgement(Decision.Unknown, VerdictReason.BelowThreshold, best, runnerUp, best.Threshold, best.Similarity);
        }

        var ahead = best.Similarity - runnerUp.Similarity;
        return runnerUp.Item is not null && ahead < margin
            ? new Judgement(Decision.Ambiguous, VerdictReason.MarginTooSmall, best, runnerUp, margin, ahead)
            : new Judgement(Decision.Recognised, VerdictReason.None, best, runnerUp, best.Threshold, best.Similarity);
    }

    /// <summary>Best match whose label is not the first one's; an empty match where there is none.</summary>
    public static Match RunnerUp(ReadOnlySpan<Match> matches)
    {
        for (var i = 1; i < matches.Length && matches[i].Item is { } item; i++)
        {
            if (!string.Equals(item.Label, matches[0].Item!.Label, StringComparison.Ordinal))
            {
                return matches[i];
            }
        }

        return default;
    }
}
