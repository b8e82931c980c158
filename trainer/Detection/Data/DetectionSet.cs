namespace ShiTu.Trainer.Detection.Data;

/// <summary>A detection set, and what of its file could not be used.</summary>
/// <param name="Name">Name of its file.</param>
/// <param name="Pictures">All pictures by rising id, those without a box included.</param>
/// <param name="Skipped">How many annotations were left out, by reason.</param>
public sealed record DetectionSet(string Name, IReadOnlyList<DetectionPicture> Pictures, IReadOnlyDictionary<string, int> Skipped)
{
    /// <summary>One line on what was left out; empty where nothing was.</summary>
    public string SkippedText => string.Join(", ", Skipped.Select(s => $"{s.Value} {s.Key}"));
}
