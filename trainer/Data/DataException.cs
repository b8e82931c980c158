namespace ShiTu.Trainer.Data;

/// <summary>Material that does not fit: a list, a label or a picture. The message says which, where and what would be right.</summary>
public sealed class DataException(string message, Exception? inner = null) : Exception(message, inner);
