namespace ShiTu.Trainer.Losses;

/// <summary>Options of <see cref="TripletAngularMarginLoss"/>; the defaults are PP-ShiTuV2's (feature-model.md 2.1, 2.3).</summary>
/// <param name="Margin">Between hardest positive and hardest negative similarity.</param>
/// <param name="Normalize">Features are made unit vectors first.</param>
/// <param name="Absolute">The absolute terms are added.</param>
/// <param name="AbsoluteWeight">Their weight.</param>
/// <param name="Positive">Similarity that positives should reach.</param>
/// <param name="Negative">Similarity that negatives should stay below.</param>
/// <param name="Quirk">A satisfied negative adds 1 as upstream's code does, not 0; gradients are equal.</param>
public sealed record TripletAngularMarginOptions(
    double Margin = 0.5,
    bool Normalize = true,
    bool Absolute = true,
    double AbsoluteWeight = 0.1,
    double Positive = 0.8,
    double Negative = 0.4,
    bool Quirk = false);
