namespace ShiTu.Trainer.Detection.Evaluation;

/// <summary>Greedy suppression of boxes that overlap a better one (detector.md 2.4).</summary>
internal static class BoxSuppression
{
    private const int Candidates = 1000;

    /// <summary>The boxes kept, best first.</summary>
    public static List<ScoredBox> Keep(IEnumerable<ScoredBox> boxes, float overlap, int most)
    {
        var kept = new List<ScoredBox>();
        foreach (var box in boxes.OrderByDescending(box => box.Score).Take(Candidates))
        {
            if (kept.TrueForAll(other => box.Box.Iou(other.Box) <= overlap))
            {
                kept.Add(box);
                if (kept.Count == most)
                {
                    break;
                }
            }
        }

        return kept;
    }
}
