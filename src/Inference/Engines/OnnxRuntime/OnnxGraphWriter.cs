using System.Runtime.InteropServices;
using ShiTu.Inference.Ir;

namespace ShiTu.Inference.Engines.OnnxRuntime;

/// <summary>Writes one ONNX model (ModelProto of onnx.proto) piece by piece; the pieces may come in any order.</summary>
internal sealed class OnnxGraphWriter(string name)
{
    /// <summary>The operator set that the translation is written for.</summary>
    private const int Opset = 18;

    private const int IrVersion = 8;
    private const int Float = 1;
    private const int UInt8 = 2;
    private const int Int64 = 7;

    private readonly List<Action<ProtobufWriter>> _pieces = [];

    public void Node(string type, string[] inputs, string output, params OnnxAttribute[] attributes) => _pieces.Add(graph => graph.Message(1, node =>
    {
        foreach (var input in inputs) node.Text(1, input);
        node.Text(2, output);
        node.Text(3, output);
        node.Text(4, type);
        foreach (var attribute in attributes) node.Message(5, attribute.Write);
    }));

    /// <summary>Floats, widened to 32 bits as they are written.</summary>
    public void Initializer(string name, IrTensor values) =>
        Tensor(name, Float, values.Shape, writer => writer.Fill(9, values.Length * sizeof(float), place => values.CopyTo(MemoryMarshal.Cast<byte, float>(place))));

    public void Initializer(string name, int[] shape, float[] values) =>
        Tensor(name, Float, shape, writer => writer.Bytes(9, MemoryMarshal.AsBytes(values.AsSpan())));

    public void Initializer(string name, int[] shape, long[] values) =>
        Tensor(name, Int64, shape, writer => writer.Bytes(9, MemoryMarshal.AsBytes(values.AsSpan())));

    public void Initializer(string name, byte value) => Tensor(name, UInt8, [], writer => writer.Bytes(9, [value]));

    /// <summary>An f32 input; a dimension of -1 is written as the symbol N.</summary>
    public void Input(string name, int[] shape) => _pieces.Add(graph => graph.Message(11, info => ValueInfo(info, name, shape)));

    /// <summary>An f32 output whose shape the engine infers.</summary>
    public void Output(string name) => _pieces.Add(graph => graph.Message(12, info => ValueInfo(info, name, null)));

    /// <summary>The file, in an array of exactly its length: it is counted first, so that the weights are written once and never moved.</summary>
    public byte[] ToArray()
    {
        var count = ProtobufWriter.Counting();
        Write(count);
        var writer = new ProtobufWriter(count.Length);
        Write(writer);
        return writer.ToArray();
    }

    private void Write(ProtobufWriter writer)
    {
        writer.Integer(1, IrVersion);
        writer.Text(2, "shitu");
        writer.Message(8, opset => opset.Integer(2, Opset));
        writer.Message(7, graph =>
        {
            graph.Text(2, name);
            foreach (var piece in _pieces) piece(graph);
        });
    }

    private void Tensor(string name, int type, int[] shape, Action<ProtobufWriter> raw) => _pieces.Add(graph => graph.Message(5, tensor =>
    {
        foreach (var side in shape) tensor.Integer(1, side);
        tensor.Integer(2, type);
        tensor.Text(8, name);
        raw(tensor);
    }));

    private static void ValueInfo(ProtobufWriter info, string name, int[]? shape)
    {
        info.Text(1, name);
        info.Message(2, type => type.Message(1, tensor =>
        {
            tensor.Integer(1, Float);
            if (shape is null) return;
            tensor.Message(2, dimensions =>
            {
                foreach (var side in shape)
                {
                    dimensions.Message(1, dimension =>
                    {
                        if (side < 0) dimension.Text(2, "N");
                        else dimension.Integer(1, side);
                    });
                }
            });
        }));
    }
}
