namespace ShiTu.Inference.Detection;

/// <summary>A box that holds a product, in pixels of the picture given, and how sure the detector is.</summary>
/// <param name="X1">Left, at least 0.</param>
/// <param name="Y1">Top, at least 0.</param>
/// <param name="X2">Right, at most the width.</param>
/// <param name="Y2">Bottom, at most the height.</param>
/// <param name="Score">0..1.</param>
public readonly record struct Detection(float X1, float Y1, float X2, float Y2, float Score);
