namespace ShiTu.Trainer.Training;

/// <summary>A recipe that cannot be run as it is.</summary>
public sealed class RecipeException(string message, Exception? inner = null) : Exception(message, inner);
