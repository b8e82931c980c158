namespace ShiTu.Trainer.Training;

/// <summary>Speed of training beside bare forward and backward of the same network.</summary>
/// <param name="Training">Pictures a second with everything: loader, losses, teachers, optimiser, average.</param>
/// <param name="Bare">Pictures a second of forward and backward on a batch that lies ready.</param>
/// <param name="Ratio">Middle of the rounds' ratios.</param>
public sealed record SpeedReport(double Training, double Bare, double Ratio);
