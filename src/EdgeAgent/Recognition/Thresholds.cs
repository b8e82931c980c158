namespace ShiTu.EdgeAgent.Recognition;

/// <summary>Similarities from which items count as recognised: one for all, and calibrated ones for single items.</summary>
/// <param name="Common">For every item without one of its own, -1..1.</param>
/// <param name="Items">By item id.</param>
internal sealed record Thresholds(float Common, IReadOnlyDictionary<string, float> Items)
{
    private static readonly Dictionary<string, float> None = [];

    /// <summary>One threshold for all.</summary>
    public Thresholds(float common)
        : this(common, None)
    {
    }

    /// <summary>The item's threshold.</summary>
    public float Of(string item) => Items.TryGetValue(item, out var own) ? own : Common;
}
