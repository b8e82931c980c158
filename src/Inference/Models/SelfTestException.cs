using ShiTu.Inference.Engines;

namespace ShiTu.Inference.Models;

/// <summary>A model that loads, but does not give what was recorded when it was made. The message has the similarity.</summary>
public sealed class SelfTestException(string message) : InferenceException(message);
