using ShiTu.Trainer.Detection.Assignment;

namespace ShiTu.Trainer.Detection.Data;

/// <summary>An annotation. Every category is the one foreground class.</summary>
/// <param name="Box">Where.</param>
/// <param name="Area">Of the annotation, pixels: a mask's where the set has one, else width times height.</param>
/// <param name="Crowd">A region of many objects.</param>
/// <param name="Ignored">A crowd, or marked so: not trained on, and neither right nor wrong to find.</param>
public sealed record MarkedObject(Box Box, double Area, bool Crowd = false, bool Ignored = false);
