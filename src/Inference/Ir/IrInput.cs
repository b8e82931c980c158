namespace ShiTu.Inference.Ir;

/// <summary>What a node reads: output <paramref name="Output"/> (an index, not a port number) of <paramref name="Node"/>.</summary>
internal readonly record struct IrInput(IrNode Node, int Output)
{
    public int[] Shape => Node.Outputs[Output].Shape;
}
