using ShiTu.Inference.Imaging;
using ShiTu.Trainer.Detection.Assignment;

namespace ShiTu.Trainer.Detection.Data;

/// <summary>A decoded RGB picture and the boxes on it.</summary>
/// <param name="Picture">RGB.</param>
/// <param name="Boxes">In its pixels.</param>
public sealed record Sample(Picture Picture, Box[] Boxes);
