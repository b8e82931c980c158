using ShiTu.Inference.Models;

namespace ShiTu.Inference.Ir;

/// <summary>Reads OpenVINO IR of versions 10 and 11, and of the older versions 5 to 7 through <see cref="LegacyLayers"/>.</summary>
internal static class IrReader
{
    /// <summary>Reads <paramref name="xmlFile"/> and the <c>.bin</c> beside it.</summary>
    /// <exception cref="ModelException">A file is missing or damaged; the message names file, layer and operator.</exception>
    public static IrGraph Read(string xmlFile)
    {
        if (!File.Exists(xmlFile)) throw new ModelException($"{xmlFile}: no such file; the model.xml of an OpenVINO IR was expected.");
        var document = IrDocument.Read(xmlFile);
        var weights = IrWeights.Read(Path.ChangeExtension(xmlFile, ".bin"));
        return document.Version switch
        {
            10 or 11 => Assemble(xmlFile, document, weights),
            >= 5 and <= 7 => new LegacyLayers(xmlFile, document, weights).Assemble(),
            _ => throw new ModelException($"{xmlFile}: is IR version {document.Version}; 10 and 11 (and 5 to 7) are understood."),
        };
    }

    private static IrGraph Assemble(string file, IrDocument document, IrWeights weights)
    {
        var nodes = new List<IrNode>(document.Layers.Count);
        foreach (var layer in document.Layers)
        {
            var node = new IrNode(file, layer.Id, layer.Name, layer.Type, layer.Opset, layer.Attributes) { Outputs = [.. layer.Outputs] };
            if (layer.Type == "Const") node.Value = Constant(node, weights);
            nodes.Add(node);
        }

        Connect(file, document, nodes);
        return Finish(file, nodes);
    }

    private static IrTensor Constant(IrNode node, IrWeights weights)
    {
        var name = node.Text("element_type", "");
        if (!IrElementTypes.TryParse(name, out var type)) throw node.Error($"element type \"{name}\" is not understood; f32, f16, f64, i64, i32, i8, u8 and boolean are.");
        if (node.Outputs.Length != 1) throw node.Error("a constant needs exactly one output.");
        return weights.Tensor(node, type, node.Integers("shape", []), Long(node, "offset"), Long(node, "size"));
    }

    private static long Long(IrNode node, string attribute) =>
        long.TryParse(node.Text(attribute, ""), out var value) ? value : throw node.Error($"attribute {attribute} is \"{node.Text(attribute, "")}\"; a number was expected.");

    /// <summary>Follows the edges into <see cref="IrNode.Inputs"/>; <paramref name="nodes"/> are the document's layers in its order.</summary>
    public static void Connect(string file, IrDocument document, List<IrNode> nodes)
    {
        var indices = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var i = 0; i < nodes.Count; i++)
        {
            if (!indices.TryAdd(document.Layers[i].Id, i)) throw nodes[i].Error("its id occurs twice.");
            nodes[i].Inputs = new IrInput[document.Layers[i].InputPorts.Count];
        }

        foreach (var edge in document.Edges)
        {
            if (!indices.TryGetValue(edge.FromLayer, out var from) || !indices.TryGetValue(edge.ToLayer, out var to))
                throw new ModelException($"{file}: an edge from layer {edge.FromLayer} to layer {edge.ToLayer} names a layer that does not exist.");
            var output = Array.FindIndex(nodes[from].Outputs, port => port.Port == edge.FromPort);
            var input = document.Layers[to].InputPorts.IndexOf(edge.ToPort);
            if (output < 0) throw nodes[from].Error($"has no output port {edge.FromPort}, which an edge names.");
            if (input < 0) throw nodes[to].Error($"has no input port {edge.ToPort}, which an edge names.");
            if (nodes[to].Inputs[input].Node is not null) throw nodes[to].Error($"input port {edge.ToPort} is connected twice.");
            nodes[to].Inputs[input] = new IrInput(nodes[from], output);
        }

        foreach (var node in nodes)
        {
            if (node.Inputs.Any(input => input.Node is null)) throw node.Error("an input port is not connected.");
        }
    }

    /// <summary>Sorts the nodes so that each comes after what it reads, and finds inputs and outputs.</summary>
    public static IrGraph Finish(string file, List<IrNode> nodes)
    {
        var waiting = nodes.ToDictionary(node => node, node => node.Inputs.Length);
        var readers = nodes.SelectMany(node => node.Inputs, (node, input) => (input.Node, node)).ToLookup(pair => pair.Item1, pair => pair.node);
        var sorted = new List<IrNode>(nodes.Count);
        sorted.AddRange(nodes.Where(node => node.Inputs.Length == 0));
        for (var i = 0; i < sorted.Count; i++)
        {
            foreach (var reader in readers[sorted[i]])
            {
                if (--waiting[reader] == 0) sorted.Add(reader);
            }
        }

        if (sorted.Count != nodes.Count) throw nodes.First(node => waiting[node] > 0).Error("is part of a circle.");
        var parameters = nodes.Where(node => node.Type == "Parameter").ToArray();
        var results = nodes.Where(node => node.Type == "Result").ToArray();
        foreach (var parameter in parameters)
        {
            if (parameter.Outputs.Length != 1) throw parameter.Error("an input needs exactly one output port.");
        }

        foreach (var result in results) result.ExpectInputs(1, 1);
        if (parameters.Length == 0 || results.Length == 0) throw new ModelException($"{file}: has {parameters.Length} inputs and {results.Length} outputs; at least one of each was expected.");
        return new IrGraph(file, sorted, parameters, results);
    }
}
