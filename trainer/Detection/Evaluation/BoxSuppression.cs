using ShiTu.Inference.Detection;
using ShiTu.Trainer.Detection.Assignment;

namespace ShiTu.Trainer.Detection.Evaluation;

/// <summary>The agent's own suppression of boxes that overlap a better one, on the trainer's boxes.</summary>
internal static class BoxSuppression
{
    /// <summary>The boxes kept, best first.</summary>
    public static List<ScoredBox> Keep(IEnumerable<ScoredBox> boxes, float overlap, int most)
    {
        var candidates = boxes.OrderByDescending(box => box.Score).Take(NonMaximumSuppression.MaxCandidates)
            .Select(box => new Inference.Detection.Detection(box.Box.X1, box.Box.Y1, box.Box.X2, box.Box.Y2, box.Score)).ToArray();
        var kept = new Inference.Detection.Detection[most];
        var count = NonMaximumSuppression.Apply(candidates, overlap, kept);
        return [.. kept.Take(count).Select(box => new ScoredBox(new Box(box.X1, box.Y1, box.X2, box.Y2), box.Score))];
    }
}
