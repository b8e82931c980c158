using System.Buffers;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Xml;

namespace ShiTu.Trainer.Export;

/// <summary>
/// Writes a network as OpenVINO IR version 11: <c>model.xml</c> and <c>model.bin</c>. Call an operator for each step of the network, name the
/// results, then <see cref="Write"/>. Shapes are inferred and checked on the way.
/// </summary>
/// <param name="name">Name of the network.</param>
/// <param name="halfWeights">Store weights in half precision (widened again when the model is loaded).</param>
public sealed partial class IrBuilder(string name, bool halfWeights = false)
{
    private const int Alignment = 64;

    private readonly List<Layer> _layers = [];
    private readonly ArrayBufferWriter<byte> _weights = new();

    /// <summary>An f32 input.</summary>
    /// <param name="name">Name of the input.</param>
    /// <param name="shape">Dimensions, batch first.</param>
    public IrValue Input(string name, params int[] shape) =>
        Append("Parameter", "opset1", [], shape, name, ("shape", Join(shape)), ("element_type", "f32"));

    /// <summary>Makes <paramref name="value"/> an output of the model. Outputs keep the order of these calls.</summary>
    public void Result(string name, IrValue value)
    {
        if (_layers.Any(layer => layer.TensorName == name)) throw new ArgumentException($"the name \"{name}\" is taken by another input or output.", nameof(name));
        if (_layers[value.Layer].TensorName.Length > 0) throw new ArgumentException($"the value is already called \"{_layers[value.Layer].TensorName}\".", nameof(value));
        _layers[value.Layer] = _layers[value.Layer] with { TensorName = name };
        _layers.Add(new Layer("Result", "opset1", name + "/result", "", [value], null, []));
    }

    /// <summary>A constant; stored in half precision where the builder was asked for it.</summary>
    public IrValue Constant(FloatArray array)
    {
        var (shape, values) = array;
        if (FloatArray.LengthOf(shape) != values.Length) throw new ArgumentException($"{values.Length} values do not fill [{Join(shape)}].", nameof(array));
        foreach (var value in values)
        {
            if (!float.IsFinite(value)) throw new ArgumentException($"weights of shape [{Join(shape)}] hold {value}; the network did not converge, or its checkpoint is damaged.", nameof(array));
            if (halfWeights && MathF.Abs(value) > (float)Half.MaxValue) throw new ArgumentException($"a weight of {value} does not fit into half precision; export without it.", nameof(array));
        }

        if (!halfWeights) return Const("f32", shape, MemoryMarshal.AsBytes(values.AsSpan()));
        var halves = Array.ConvertAll(values, value => (Half)value);
        var stored = Const("f16", shape, MemoryMarshal.AsBytes(halves.AsSpan()));
        return Append("Convert", "opset1", [stored], shape, "", ("destination_type", "f32"));
    }

    /// <summary>An i64 constant: a shape, axes, an order.</summary>
    public IrValue Integers(params long[] values) => Const("i64", [values.Length], MemoryMarshal.AsBytes(values.AsSpan()));

    /// <summary>Writes <c>model.xml</c> and <c>model.bin</c> into <paramref name="folder"/>, which is made if need be.</summary>
    public void Write(string folder)
    {
        Directory.CreateDirectory(folder);
        File.WriteAllBytes(Path.Combine(folder, "model.bin"), _weights.WrittenSpan);
        using var xml = XmlWriter.Create(Path.Combine(folder, "model.xml"), new XmlWriterSettings { Indent = true, IndentChars = "\t", NewLineChars = "\n" });
        xml.WriteStartElement("net");
        xml.WriteAttributeString("name", name);
        xml.WriteAttributeString("version", "11");
        xml.WriteStartElement("layers");
        for (var i = 0; i < _layers.Count; i++) WriteLayer(xml, i, _layers[i]);
        xml.WriteEndElement();
        xml.WriteStartElement("edges");
        for (var i = 0; i < _layers.Count; i++)
        {
            for (var port = 0; port < _layers[i].Inputs.Length; port++)
            {
                var from = _layers[i].Inputs[port];
                xml.WriteStartElement("edge");
                WriteNumber(xml, "from-layer", from.Layer);
                WriteNumber(xml, "from-port", from.Port);
                WriteNumber(xml, "to-layer", i);
                WriteNumber(xml, "to-port", port);
                xml.WriteEndElement();
            }
        }

        xml.WriteEndElement();
        xml.WriteEndElement();
    }

    private IrValue Const(string type, int[] shape, ReadOnlySpan<byte> bytes)
    {
        _weights.Write(new byte[-_weights.WrittenCount & (Alignment - 1)]);
        var offset = _weights.WrittenCount;
        _weights.Write(bytes);
        return Append("Const", "opset1", [], shape, "", ("element_type", type), ("shape", Join(shape)), ("offset", offset.ToString(CultureInfo.InvariantCulture)), ("size", bytes.Length.ToString(CultureInfo.InvariantCulture)));
    }

    private IrValue Append(string type, string opset, IrValue[] inputs, int[] shape, string tensorName, params (string Name, string Value)[] attributes)
    {
        if (shape.Any(side => side < 1)) throw new ArgumentException($"{type} {_layers.Count} would give a tensor of [{Join(shape)}]: the input is too small for this network.");
        var layerName = tensorName.Length > 0 ? tensorName : $"{type}_{_layers.Count}";
        _layers.Add(new Layer(type, opset, layerName, tensorName, inputs, shape, attributes));
        return new IrValue(_layers.Count - 1, inputs.Length, shape);
    }

    private static void WriteLayer(XmlWriter xml, int id, Layer layer)
    {
        xml.WriteStartElement("layer");
        WriteNumber(xml, "id", id);
        xml.WriteAttributeString("name", layer.Name);
        xml.WriteAttributeString("type", layer.Type);
        xml.WriteAttributeString("version", layer.Opset);
        if (layer.Attributes.Length > 0)
        {
            xml.WriteStartElement("data");
            foreach (var (name, value) in layer.Attributes) xml.WriteAttributeString(name, value);
            xml.WriteEndElement();
        }

        // Tells OpenVINO that this conversion only widens stored weights, so that it may fold it or keep the weights small.
        if (layer.Type == "Convert") WriteDecompression(xml);
        if (layer.Inputs.Length > 0)
        {
            xml.WriteStartElement("input");
            for (var port = 0; port < layer.Inputs.Length; port++) WritePort(xml, port, layer.Inputs[port].Shape, null, "");
            xml.WriteEndElement();
        }

        if (layer.Shape is not null)
        {
            xml.WriteStartElement("output");
            WritePort(xml, layer.Inputs.Length, layer.Shape, Precision(layer), layer.TensorName);
            xml.WriteEndElement();
        }

        xml.WriteEndElement();
    }

    private static void WriteDecompression(XmlWriter xml)
    {
        xml.WriteStartElement("rt_info");
        xml.WriteStartElement("attribute");
        xml.WriteAttributeString("name", "decompression");
        xml.WriteAttributeString("version", "0");
        xml.WriteEndElement();
        xml.WriteEndElement();
    }

    private static void WritePort(XmlWriter xml, int port, int[] shape, string? precision, string tensorName)
    {
        xml.WriteStartElement("port");
        WriteNumber(xml, "id", port);
        if (precision is not null) xml.WriteAttributeString("precision", precision);
        if (tensorName.Length > 0) xml.WriteAttributeString("names", tensorName.Replace(",", "\\,", StringComparison.Ordinal));
        foreach (var side in shape) xml.WriteElementString("dim", side.ToString(CultureInfo.InvariantCulture));
        xml.WriteEndElement();
    }

    private static string Precision(Layer layer) => layer.Type == "Const" ? layer.Attributes[0].Value switch
    {
        "f16" => "FP16",
        "i64" => "I64",
        _ => "FP32",
    }
    : "FP32";

    private static void WriteNumber(XmlWriter xml, string name, int value) => xml.WriteAttributeString(name, value.ToString(CultureInfo.InvariantCulture));

    private static string Join(IEnumerable<int> values) => string.Join(',', values);

    private sealed record Layer(string Type, string Opset, string Name, string TensorName, IrValue[] Inputs, int[]? Shape, (string Name, string Value)[] Attributes);
}
