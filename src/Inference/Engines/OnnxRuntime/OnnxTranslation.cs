using ShiTu.Inference.Ir;
using ShiTu.Inference.Models;

namespace ShiTu.Inference.Engines.OnnxRuntime;

/// <summary>Turns an IR graph into an ONNX model in memory, operator by operator (<see cref="OnnxOperators"/>).</summary>
internal sealed class OnnxTranslation
{
    private readonly IrGraph _graph;
    private readonly Dictionary<(IrNode Node, int Output), string> _names = [];
    private readonly Dictionary<IrNode, IrTensor> _constants = [];
    private readonly ILookup<(IrNode Node, int Output), IrNode> _readers;
    private readonly HashSet<IrNode> _done = [];

    private OnnxTranslation(IrGraph graph)
    {
        _graph = graph;
        _readers = graph.Nodes.SelectMany(node => node.Inputs, (node, input) => (input, node)).ToLookup(pair => (pair.input.Node, pair.input.Output), pair => pair.node);
        Writer = new OnnxGraphWriter(Path.GetFileNameWithoutExtension(graph.File));
    }

    public OnnxGraphWriter Writer { get; }

    /// <summary>The batch that the file was written for.</summary>
    public int DeclaredBatch => _graph.DeclaredBatch;

    /// <summary>An ONNX file; inputs are named <c>in0</c>, <c>in1</c>…, outputs <c>out0</c>… in the order of the IR.</summary>
    /// <param name="graph">What to translate.</param>
    /// <param name="batch">The batch to fix, or null to leave it open.</param>
    /// <exception cref="ModelException">An operator is outside the table or used in a way that it does not cover.</exception>
    public static byte[] Translate(IrGraph graph, int? batch) => new OnnxTranslation(graph).Run(batch);

    /// <summary>Shape of an input with its batch dimension set.</summary>
    public static int[] ShapeOf(IrGraph graph, IrNode parameter, int batch)
    {
        var type = parameter.Text("element_type", "f32");
        if (!IrElementTypes.TryParse(type, out var known) || known is not (IrElementType.F32 or IrElementType.F16)) throw parameter.Error($"an input of type {type}; f32 and f16 are run (as f32).");
        int[] shape = [.. parameter.Outputs[0].Shape];
        if (shape.Length > 0 && (shape[0] == -1 || shape[0] == graph.DeclaredBatch)) shape[0] = batch;
        return shape.AsSpan(1).Contains(-1) ? throw parameter.Error($"its shape [{string.Join(',', shape)}] is open in more than the batch.") : shape;
    }

    /// <summary>ONNX name of what an operator reads; constants are written on first use.</summary>
    public string Name(IrInput input)
    {
        if (_names.TryGetValue((input.Node, input.Output), out var name)) return name;
        if (!_constants.TryGetValue(input.Node, out var constant)) throw input.Node.Error("its second output is read, which is not translated.");
        name = Constant(constant);
        _names.Add((input.Node, input.Output), name);
        return name;
    }

    public string[] Names(IrNode node) => Array.ConvertAll(node.Inputs, Name);

    /// <summary>The value of an input that is constant, else null.</summary>
    public IrTensor? ConstantOf(IrInput input) => _constants.GetValueOrDefault(input.Node);

    /// <summary>The value of an input that has to be constant.</summary>
    public IrTensor RequireConstant(IrNode node, int input) =>
        input < node.Inputs.Length ? ConstantOf(node.Inputs[input]) ?? throw node.Error($"input {input} must be constant.") : throw node.Error($"has no input {input}.");

    /// <summary>Writes a constant and gives its name: floats as f32, everything else as i64.</summary>
    public string Constant(IrTensor constant)
    {
        var name = Fresh("c");
        if (constant.Type.IsFloat()) Writer.Initializer(name, constant);
        else Writer.Initializer(name, constant.Shape, constant.ToIntegers());
        return name;
    }

    public string Constant(int[] shape, params float[] values)
    {
        var name = Fresh("c");
        Writer.Initializer(name, shape, values);
        return name;
    }

    public string Constant(int[] shape, params long[] values) => Constant(IrTensor.Of(shape, values));

    public string Constant(byte value)
    {
        var name = Fresh("c");
        Writer.Initializer(name, value);
        return name;
    }

    /// <summary>A node whose result is an intermediate of one operator.</summary>
    public string Step(string type, string[] inputs, params OnnxAttribute[] attributes)
    {
        var name = Fresh("t");
        Writer.Node(type, inputs, name, attributes);
        return name;
    }

    /// <summary>The node that gives output 0 of <paramref name="node"/>.</summary>
    public void Emit(IrNode node, string type, string[] inputs, params OnnxAttribute[] attributes) => Alias(node, Step(type, inputs, attributes));

    /// <summary>Output 0 of <paramref name="node"/> is what already has this name.</summary>
    public void Alias(IrNode node, string name)
    {
        _names[(node, 0)] = name;
        _done.Add(node);
    }

    /// <summary>The only operator that reads output 0 of <paramref name="node"/>, or null where there are several.</summary>
    public IrNode? SoleReader(IrNode node)
    {
        IrNode? sole = null;
        foreach (var reader in _readers[(node, 0)])
        {
            if (sole is not null) return null;
            sole = reader;
        }

        return sole;
    }

    private byte[] Run(int? batch)
    {
        for (var i = 0; i < _graph.Parameters.Count; i++)
        {
            Writer.Input($"in{i}", ShapeOf(_graph, _graph.Parameters[i], batch ?? -1));
            Alias(_graph.Parameters[i], $"in{i}");
        }

        foreach (var node in _graph.Nodes)
        {
            if (node.Value is { } value) _constants.Add(node, value);
            else if (node.Type != "Result" && !_done.Contains(node)) Translate(node);
        }

        for (var i = 0; i < _graph.Results.Count; i++)
        {
            Writer.Node("Identity", [Name(_graph.Results[i].Inputs[0])], $"out{i}");
            Writer.Output($"out{i}");
        }

        return Writer.ToArray();
    }

    private void Translate(IrNode node)
    {
        if (node.Inputs.Length > 0 && node.Inputs.All(input => _constants.ContainsKey(input.Node))
            && ConstantFolding.Fold(node, Array.ConvertAll(node.Inputs, input => _constants[input.Node])) is { } folded)
        {
            _constants.Add(node, folded);
            return;
        }

        if (!OnnxOperators.Table.TryGetValue(node.Type, out var translate)) throw node.Error("this operator is not translated for the ONNX Runtime engine; the OpenVINO engine runs every operator of its version.");
        translate(this, node);
    }

    private string Fresh(string prefix) => prefix + _fresh++;

    private int _fresh;
}
