using System.Globalization;
using ShiTu.EdgeAgent.Events;
using ShiTu.EdgeAgent.Pipeline;
using ShiTu.EdgeAgent.Recognition;

namespace ShiTu.EdgeAgent.Annotation;

/// <summary>A box to draw.</summary>
/// <param name="Box">Where, pixels of the picture.</param>
/// <param name="Caption">What is said about it, any script.</param>
/// <param name="Decision">Gives the colour.</param>
/// <param name="Detail">Said after the caption, laid out on its own, so that a figure stays behind a label that runs right to left.</param>
internal readonly record struct AnnotatedBox(EventBox Box, string Caption, Decision Decision, string Detail = "")
{
    /// <summary>An object of a frame.</summary>
    public static AnnotatedBox Of(LiveBox live) => Of(live.Box, live.Judgement);

    /// <summary>A box of a picture.</summary>
    public static AnnotatedBox Of(RecognisedBox box) => Of(box.EventBox, box.Judgement);

    private static AnnotatedBox Of(EventBox box, Judgement judgement)
    {
        var label = judgement.Best.Item?.Label;
        var detail = label is null ? "" : judgement.Best.Similarity.ToString("0.00", CultureInfo.InvariantCulture);
        return judgement.Decision switch
        {
            Decision.Recognised => new(box, label ?? "", judgement.Decision, detail),
            Decision.Ambiguous => new(box, label ?? "", judgement.Decision, $"? {detail}"),
            _ => new(box, "unknown", judgement.Decision, detail),
        };
    }
}
