namespace ShiTu.Inference.Models;

/// <summary>A model folder that is missing, damaged, or does not fit. The message says what, where and what would be right.</summary>
public sealed class ModelException(string message, Exception? inner = null) : Exception(message, inner);
