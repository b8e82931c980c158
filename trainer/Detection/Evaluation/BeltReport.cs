namespace ShiTu.Trainer.Detection.Evaluation;

/// <summary>How a detector does on the drawn belt.</summary>
/// <param name="Threshold">Score above which a box counts.</param>
/// <param name="Frames">Frames looked at.</param>
/// <param name="Objects">Objects that were at least half visible somewhere.</param>
/// <param name="Found">Share of the object's frames (at least half visible) in which it was found at IoU 0.5, over all objects.</param>
/// <param name="Steady">Share of the objects found in at least 95 % of their frames.</param>
/// <param name="Worst">Share of its frames in which the worst object was found.</param>
/// <param name="FalseBoxes">Boxes a frame that meet no object at IoU 0.5.</param>
public sealed record BeltReport(double Threshold, int Frames, int Objects, double Found, double Steady, double Worst, double FalseBoxes);
