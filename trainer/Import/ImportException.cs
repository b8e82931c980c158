namespace ShiTu.Trainer.Import;

/// <summary>A foreign model file that is refused. The message says file, offset where there is one, and reason.</summary>
public sealed class ImportException(string message, Exception? inner = null) : Exception(message, inner);
