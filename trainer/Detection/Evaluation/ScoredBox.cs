using ShiTu.Trainer.Detection.Assignment;

namespace ShiTu.Trainer.Detection.Evaluation;

/// <summary>A box a detector found.</summary>
/// <param name="Box">In pixels of the picture.</param>
/// <param name="Score">0..1.</param>
public readonly record struct ScoredBox(Box Box, float Score);
