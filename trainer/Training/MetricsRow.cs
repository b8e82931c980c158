namespace ShiTu.Trainer.Training;

/// <summary>A line of a run's metrics.csv.</summary>
/// <param name="Stage">Stage.</param>
/// <param name="Step">Step of the stage.</param>
/// <param name="Seconds">Seconds of the stage.</param>
/// <param name="Rate">Learning rate.</param>
/// <param name="Terms">Losses and measurements by name.</param>
internal sealed record MetricsRow(string Stage, long Step, double Seconds, double Rate, IReadOnlyList<(string Name, double Value)> Terms);
