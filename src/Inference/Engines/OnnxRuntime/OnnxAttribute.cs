namespace ShiTu.Inference.Engines.OnnxRuntime;

/// <summary>An attribute of an ONNX node; the implicit conversions choose its type.</summary>
internal readonly record struct OnnxAttribute(string Name, object Value)
{
    public static implicit operator OnnxAttribute((string Name, int Value) pair) => new(pair.Name, (long)pair.Value);

    public static implicit operator OnnxAttribute((string Name, float Value) pair) => new(pair.Name, pair.Value);

    public static implicit operator OnnxAttribute((string Name, string Value) pair) => new(pair.Name, pair.Value);

    public static implicit operator OnnxAttribute((string Name, int[] Values) pair) => new(pair.Name, pair.Values);

    /// <summary>Writes an AttributeProto (onnx.proto: name 1, f 2, i 3, s 4, ints 8, type 20).</summary>
    public void Write(ProtobufWriter writer)
    {
        writer.Text(1, Name);
        switch (Value)
        {
            case long integer:
                writer.Integer(3, integer);
                writer.Integer(20, 2);
                break;
            case float number:
                writer.Float(2, number);
                writer.Integer(20, 1);
                break;
            case string text:
                writer.Text(4, text);
                writer.Integer(20, 3);
                break;
            case int[] integers:
                foreach (var integer in integers) writer.Integer(8, integer);
                writer.Integer(20, 7);
                break;
        }
    }
}
