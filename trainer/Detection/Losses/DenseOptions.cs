namespace ShiTu.Trainer.Detection.Losses;

/// <summary>How much the teaching detector's opinion of every prior counts in a stage, beside the boxes of the sets.</summary>
/// <param name="Score">Weight of the scores.</param>
/// <param name="Boxes">Weight of the boxes.</param>
/// <param name="Floor">Least teacher's score of a prior whose box is taught.</param>
public sealed record DenseOptions(double Score = 0.5, double Boxes = 1, double Floor = 0.2);
