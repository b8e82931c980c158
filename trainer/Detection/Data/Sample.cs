using ShiTu.Inference.Imaging;
using ShiTu.Trainer.Detection.Assignment;

namespace ShiTu.Trainer.Detection.Data;

/// <summary>A decoded RGB picture and the boxes on it.</summary>
/// <param name="Picture">RGB.</param>
/// <param name="Boxes">In its pixels.</param>
/// <param name="Drawn">Whether it was put together by us: its boxes are exact then, and a detector trained on photos has nothing to add.</param>
public sealed record Sample(Picture Picture, Box[] Boxes, bool Drawn = false);
