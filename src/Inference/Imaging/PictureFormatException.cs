namespace ShiTu.Inference.Imaging;

/// <summary>Bytes that are no picture, a broken one, or one past the limits. The message says which and why.</summary>
public sealed class PictureFormatException(string message, Exception? inner = null) : Exception(message, inner);
