using ShiTu.EdgeAgent.Events;
using ShiTu.EdgeAgent.Recognition;
using ShiTu.EdgeAgent.Tracking;
using ShiTu.Inference.Detection;
using ShiTu.Inference.Imaging;

namespace ShiTu.EdgeAgent.ModelUpdates;

/// <summary>Compares what two sets make of one frame, object by object: boxes that overlap by half are one object, the best overlaps first.</summary>
internal static class ShadowComparison
{
    private const float SameObject = 0.5f;

    /// <summary>Compares.</summary>
    public static ShadowFigures Compare(FrameRecognition present, FrameRecognition next)
    {
        var pairs = new List<(float Overlap, int Present, int Next)>();
        for (var i = 0; i < present.Count; i++)
        {
            for (var j = 0; j < next.Count; j++)
            {
                if (BoxGeometry.Iou(BoxOf(present[i].Rect), BoxOf(next[j].Rect)) is >= SameObject and var overlap)
                {
                    pairs.Add((overlap, i, j));
                }
            }
        }

        var (mine, theirs) = (new HashSet<int>(), new HashSet<int>());
        var (both, other) = (0, 0);
        foreach (var (_, i, j) in pairs.OrderByDescending(pair => pair.Overlap))
        {
            if (!mine.Contains(i) && !theirs.Contains(j))
            {
                mine.Add(i);
                theirs.Add(j);
                both++;
                other += ItemOf(present[i]) == ItemOf(next[j]) ? 0 : 1;
            }
        }

        var (onlyPresent, onlyNext) = (present.Count - both, next.Count - both);
        return new ShadowFigures(1, both + onlyPresent + onlyNext, other, onlyPresent, onlyNext);
    }

    // Unknown and ambiguous are the same to whoever waits for a name.
    private static string? ItemOf(RecognisedBox box) => box.Judgement.Decision == Decision.Recognised ? box.Judgement.Best.Item?.Id : null;

    private static Detection BoxOf(PixelRect rect) => new(rect.X, rect.Y, rect.X + rect.Width, rect.Y + rect.Height, 1);
}
