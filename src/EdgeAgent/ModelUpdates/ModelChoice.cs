namespace ShiTu.EdgeAgent.ModelUpdates;

/// <summary>Which model set is in use.</summary>
/// <param name="Generation">Its generation; 0 is the configured set.</param>
/// <param name="Previous">The set to fall back to.</param>
/// <param name="Proved">Whether it has run long enough to be believed.</param>
/// <param name="Starts">Starts with it while it was not.</param>
/// <param name="Why">Why the set before was given up, or null.</param>
internal sealed record ModelChoice(long Generation, long Previous, bool Proved, int Starts, string? Why)
{
    /// <summary>The configured set.</summary>
    public static ModelChoice Configured { get; } = new(0, 0, Proved: true, 0, null);
}
