namespace ShiTu.EdgeAgent.Pipeline;

/// <summary>Percentiles of one stage.</summary>
/// <param name="Name">Stage in lower case.</param>
/// <param name="Count">Frames measured.</param>
/// <param name="P50Ms">Median, milliseconds.</param>
/// <param name="P90Ms">90th percentile, milliseconds.</param>
/// <param name="P99Ms">99th percentile, milliseconds.</param>
internal sealed record StageLatency(string Name, long Count, double P50Ms, double P90Ms, double P99Ms);

/// <summary>Durations of every stage over all frames since the start.</summary>
internal sealed class StageLatencies
{
    private static readonly Stage[] Stages = Enum.GetValues<Stage>();
    private readonly LatencyHistogram[] _histograms = [.. Stages.Select(_ => new LatencyHistogram())];

    /// <summary>Counts a duration.</summary>
    public void Add(Stage stage, TimeSpan duration) => _histograms[(int)stage].Add(duration);

    /// <summary>Percentiles of every stage that was measured.</summary>
    public IReadOnlyList<StageLatency> Read() =>
    [
        .. Stages.Select(stage => (stage, histogram: _histograms[(int)stage])).Where(pair => pair.histogram.Count > 0).Select(pair => new StageLatency(
            pair.stage.ToString().ToLowerInvariant(),
            pair.histogram.Count,
            pair.histogram.Percentile(0.5).TotalMilliseconds,
            pair.histogram.Percentile(0.9).TotalMilliseconds,
            pair.histogram.Percentile(0.99).TotalMilliseconds)),
    ];
}
