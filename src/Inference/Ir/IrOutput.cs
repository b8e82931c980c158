namespace ShiTu.Inference.Ir;

/// <summary>An output port of a node.</summary>
/// <param name="Port">Number of the port in the file.</param>
/// <param name="Name">Its tensor name, or empty.</param>
/// <param name="Shape">Dimensions; -1 where the file leaves one open.</param>
internal sealed record IrOutput(int Port, string Name, int[] Shape);
