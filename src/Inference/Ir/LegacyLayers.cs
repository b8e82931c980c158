namespace ShiTu.Inference.Ir;

/// <summary>Rewrites layers of IR versions 5 to 7, whose weights hang on the layer itself, as the operators of version 10.</summary>
internal sealed class LegacyLayers(string file, IrDocument document, IrWeights weights)
{
    private const long MostBytes = 512L << 20;
    private readonly List<IrNode> _added = [];

    public IrGraph Assemble()
    {
        var nodes = document.Layers.ConvertAll(layer => new IrNode(file, layer.Id, layer.Name, layer.Type, "", layer.Attributes) { Outputs = [.. layer.Outputs] });
        IrReader.Connect(file, document, nodes);
        var replaced = new Dictionary<IrNode, IrNode>();
        for (var i = 0; i < nodes.Count; i++)
        {
            var layer = document.Layers[i];
            if (nodes[i].Outputs.Length != 1) throw nodes[i].Error("exactly one output was expected.");
            replaced.Add(nodes[i], Rewrite(layer, nodes[i]));
        }

        // Rewriting used the old nodes as inputs: point every reader at the node that took the old one's place.
        foreach (var node in _added)
        {
            for (var i = 0; i < node.Inputs.Length; i++)
            {
                if (replaced.TryGetValue(node.Inputs[i].Node, out var now)) node.Inputs[i] = new IrInput(now, 0);
            }
        }

        var read = _added.SelectMany(node => node.Inputs).Select(input => input.Node).ToHashSet();
        foreach (var output in replaced.Values.Where(node => !read.Contains(node)).ToArray())
        {
            Add(output, "Result", [new IrInput(output, 0)]);
        }

        return IrReader.Finish(file, _added);
    }

    private IrNode Rewrite(IrLayer layer, IrNode old) => layer.Type switch
    {
        not "Input" when old.Inputs.Length == 0 => throw old.Error("has no inputs."),
        "Input" => Add(old, "Parameter", [], ("element_type", "f32")),
        "ReLU" => Add(old, "ReLU", old.Inputs),
        "Concat" => Add(old, "Concat", old.Inputs, ("axis", old.Text("axis", "1"))),
        "Activation" when old.Text("type", "") == "sigmoid" => Add(old, "Sigmoid", old.Inputs),
        "Eltwise" when old.Text("operation", "") is "sum" or "mul" => Add(old, old.Text("operation", "") == "sum" ? "Add" : "Multiply", old.Inputs),
        "Pooling" => Pooling(old),
        "PReLU" => Add(old, "PReLU", [old.Inputs[0], Blob(layer, old, "weights", [-1])]),
        "ScaleShift" => ScaleShift(layer, old),
        "Convolution" => Convolution(layer, old),
        _ => throw old.Error("this operator (or its variant) of IR versions 5 to 7 is not translated; convert the model to version 11."),
    };

    private IrNode Pooling(IrNode old) => Add(
        old,
        old.Text("pool-method", "max") == "avg" ? "AvgPool" : "MaxPool",
        old.Inputs,
        ("kernel", old.Text("kernel", "")),
        ("strides", old.Text("strides", "")),
        ("pads_begin", old.Text("pads_begin", "")),
        ("pads_end", old.Text("pads_end", "")),
        ("exclude-pad", old.Text("exclude-pad", "true")),
        ("rounding_type", old.Text("rounding_type", "floor")));

    private IrNode ScaleShift(IrLayer layer, IrNode old)
    {
        var scaled = Add(old, "Multiply", [old.Inputs[0], Blob(layer, old, "weights", [1, -1, 1, 1])]);
        return layer.Blobs.ContainsKey("biases") ? Add(old, "Add", [new IrInput(scaled, 0), Blob(layer, old, "biases", [1, -1, 1, 1])]) : scaled;
    }

    private IrNode Convolution(IrLayer layer, IrNode old)
    {
        var groups = old.Integer("group", 1);
        var outputs = old.Integer("output", 0);
        if (groups < 1 || outputs < 1 || outputs % groups != 0) throw old.Error($"{outputs} outputs do not divide into {groups} groups.");
        int[] kernel = [-1, .. old.Integers("kernel", [])];
        int[] shape = groups == 1 ? [outputs, .. kernel] : [groups, outputs / groups, .. kernel];
        var convolved = Add(
            old,
            groups == 1 ? "Convolution" : "GroupConvolution",
            [old.Inputs[0], Blob(layer, old, "weights", shape)],
            ("strides", old.Text("strides", "1,1")),
            ("dilations", old.Text("dilations", "1,1")),
            ("pads_begin", old.Text("pads_begin", "0,0")),
            ("pads_end", old.Text("pads_end", "0,0")),
            ("auto_pad", old.Text("auto_pad", "explicit")));
        return layer.Blobs.ContainsKey("biases") ? Add(old, "Add", [new IrInput(convolved, 0), Blob(layer, old, "biases", [1, -1, 1, 1])]) : convolved;
    }

    /// <summary>A constant of the layer's precision; one dimension may be -1 and follows from the size.</summary>
    private IrInput Blob(IrLayer layer, IrNode old, string name, int[] shape)
    {
        if (!layer.Blobs.TryGetValue(name, out var blob)) throw old.Error($"has no {name}.");
        if (!IrElementTypes.TryParse(layer.Precision, out var type) || !type.IsFloat()) throw old.Error($"precision \"{layer.Precision}\" is not understood; FP32 and FP16 are.");
        long known = type.Size();
        foreach (var side in shape.Where(side => side != -1))
        {
            if (side is < 1 or > 65536) throw old.Error($"a side of {side} was not expected.");
            known = known * side is var product && product <= MostBytes ? product : throw old.Error($"its {name} [{string.Join(',', shape)}] are too large.");
        }

        if (blob.Size is <= 0 or > MostBytes || blob.Size % known != 0) throw old.Error($"its {name} have {blob.Size} bytes, which do not divide into [{string.Join(',', shape)}].");
        var full = Array.ConvertAll(shape, side => side == -1 ? (int)(blob.Size / known) : side);
        var constant = Add(old, "Const", []);
        constant.Value = weights.Tensor(old, type, full, blob.Offset, blob.Size);
        constant.Outputs = [new IrOutput(0, "", full)];
        return new IrInput(constant, 0);
    }

    private IrNode Add(IrNode old, string type, IrInput[] inputs, params (string Name, string Value)[] attributes)
    {
        var node = new IrNode(file, "of " + old.Type, old.Name, type, "", attributes.ToDictionary(pair => pair.Name, pair => pair.Value)) { Inputs = [.. inputs], Outputs = old.Outputs };
        _added.Add(node);
        return node;
    }
}
