namespace ShiTu.Inference.Ir;

/// <summary>A model as its file describes it.</summary>
/// <param name="File">Path of the <c>.xml</c>.</param>
/// <param name="Nodes">All nodes, each after everything that it reads.</param>
/// <param name="Parameters">The inputs, in the order of the file.</param>
/// <param name="Results">The outputs, in the order of the file.</param>
internal sealed record IrGraph(string File, IReadOnlyList<IrNode> Nodes, IReadOnlyList<IrNode> Parameters, IReadOnlyList<IrNode> Results)
{
    /// <summary>Name of an input or output as a user of the model knows it: the tensor's name, else the layer's.</summary>
    public static string NameOf(IrNode node)
    {
        var (producer, output) = node.Type == "Result" ? (node.Inputs[0].Node, node.Inputs[0].Output) : (node, 0);
        var name = producer.Outputs[output].Name;
        return name.Length > 0 ? name : producer.Name;
    }

    /// <summary>The batch that the file was written for: dimension 0 of the first input; 1 where it is left open.</summary>
    public int DeclaredBatch => Parameters[0].Outputs[0].Shape is [> 0 and var batch, ..] ? batch : 1;
}
