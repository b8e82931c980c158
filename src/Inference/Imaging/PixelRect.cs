namespace ShiTu.Inference.Imaging;

/// <summary>A rectangle of whole pixels: left, top, width, height.</summary>
/// <param name="X">Left edge, pixels.</param>
/// <param name="Y">Top edge, pixels.</param>
/// <param name="Width">Width, pixels, at least 1 where a picture is cut.</param>
/// <param name="Height">Height, pixels, at least 1 where a picture is cut.</param>
public readonly record struct PixelRect(int X, int Y, int Width, int Height);
