namespace ShiTu.Trainer.Distillation;

/// <summary>A teacher that does not fit the network or the recipe. The message says what would.</summary>
public sealed class TeacherException(string message) : Exception(message);
