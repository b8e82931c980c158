namespace ShiTu.Inference.Ir;

/// <summary>One <c>layer</c> element as it stands in the file, before edges are followed.</summary>
internal sealed record IrLayer(string Id, string Name, string Type, string Opset, string Precision)
{
    public Dictionary<string, string> Attributes { get; } = new(StringComparer.Ordinal);

    public List<int> InputPorts { get; } = [];

    public List<IrOutput> Outputs { get; } = [];

    /// <summary>Weights of versions before 10: name, offset and size in the <c>.bin</c>.</summary>
    public Dictionary<string, (long Offset, long Size)> Blobs { get; } = new(StringComparer.Ordinal);
}
