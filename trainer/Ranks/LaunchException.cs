namespace ShiTu.Trainer.Ranks;

/// <summary>Processes that cannot train together. The message says what is missing and what would be right.</summary>
public sealed class LaunchException(string message, Exception? inner = null) : Exception(message, inner);
