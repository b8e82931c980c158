namespace ShiTu.Inference.Ir;

/// <summary>A connection by layer ids and port numbers.</summary>
internal readonly record struct IrEdge(string FromLayer, int FromPort, string ToLayer, int ToPort);
