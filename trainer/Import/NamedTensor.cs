namespace ShiTu.Trainer.Import;

/// <summary>An array of a foreign model file.</summary>
/// <param name="Name">Structured or program name.</param>
/// <param name="Shape">Dimensions; empty for a scalar.</param>
/// <param name="Values">Row-major values, all finite.</param>
public sealed record NamedTensor(string Name, int[] Shape, float[] Values);
