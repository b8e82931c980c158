namespace ShiTu.Inference.Engines;

/// <summary>An engine that cannot load or run a model. The message names engine, model, and what would be right.</summary>
public class InferenceException(string message, Exception? inner = null) : Exception(message, inner);
