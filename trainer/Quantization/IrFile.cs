using System.Buffers;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Xml;
using System.Xml.Linq;
using ShiTu.Inference.Models;

namespace ShiTu.Trainer.Quantization;

/// <summary>A model's <c>model.xml</c> and <c>model.bin</c> to be changed: layers are added, edges led through them. IR of versions 10 and 11.</summary>
internal sealed class IrFile
{
    private const int Alignment = 64;
    private readonly string _file;
    private readonly XElement _layers;
    private readonly XElement _edges;
    private readonly Dictionary<string, XElement> _byId;
    private readonly ArrayBufferWriter<byte> _weights = new();

    /// <summary>Reads the files of a folder that the agent's reader takes.</summary>
    /// <exception cref="ModelException">They are of an older IR version.</exception>
    public IrFile(string folder)
    {
        _file = Path.Combine(folder, "model.xml");
        var net = XDocument.Load(_file).Root!;
        var version = (string?)net.Attribute("version");
        if (version is not ("10" or "11")) throw new ModelException($"{_file}: is IR version {version}; 10 and 11 are quantised.");
        (_layers, _edges) = (net.Element("layers")!, net.Element("edges")!);
        _byId = _layers.Elements().ToDictionary(layer => (string)layer.Attribute("id")!);
        _weights.Write(File.ReadAllBytes(Path.ChangeExtension(_file, ".bin")));
    }

    /// <summary>Its layers of the given types.</summary>
    public IReadOnlyList<XElement> Layers(params string[] types) => [.. _layers.Elements().Where(layer => types.Contains((string?)layer.Attribute("type")))];

    /// <summary>The output that an input port of a layer reads.</summary>
    public IrPort Source(XElement layer, int port)
    {
        var edge = EdgeTo(layer, port);
        return new(_byId[(string)edge.Attribute("from-layer")!], (int)edge.Attribute("from-port")!);
    }

    /// <summary>Lets an input port of a layer read another output.</summary>
    public void Connect(IrPort source, XElement layer, int port)
    {
        var edge = EdgeTo(layer, port);
        edge.SetAttributeValue("from-layer", source.Layer.Attribute("id")!.Value);
        edge.SetAttributeValue("from-port", source.Port);
    }

    /// <summary>The floats of a constant, read through a conversion to f32; null where the port gives none.</summary>
    public float[]? Constant(IrPort port)
    {
        var layer = TypeOf(port.Layer) == "Convert" ? Source(port.Layer, 0).Layer : port.Layer;
        if (TypeOf(layer) != "Const" || layer.Element("data") is not { } data) return null;
        var bytes = _weights.WrittenSpan.Slice((int)data.Attribute("offset")!, (int)data.Attribute("size")!);
        return (string?)data.Attribute("element_type") switch
        {
            "f32" => MemoryMarshal.Cast<byte, float>(bytes).ToArray(),
            "f16" => Array.ConvertAll(MemoryMarshal.Cast<byte, Half>(bytes).ToArray(), half => (float)half),
            _ => null,
        };
    }

    /// <summary>Adds a layer behind others.</summary>
    /// <param name="type">Operator of opset1.</param>
    /// <param name="data">Its attributes.</param>
    /// <param name="inputs">What it reads.</param>
    /// <param name="shape">Of its output; null where it has none.</param>
    public IrPort Add(string type, XElement? data, IReadOnlyList<IrPort> inputs, int[]? shape)
    {
        var id = (_byId.Count + 1).ToString(CultureInfo.InvariantCulture);
        while (_byId.ContainsKey(id)) id += "0";
        var layer = new XElement("layer", new XAttribute("id", id), new XAttribute("name", $"{type}_{id}"), new XAttribute("type", type), new XAttribute("version", "opset1"), data);
        if (inputs.Count > 0) layer.Add(new XElement("input", inputs.Select((input, port) => Port(port, input.Shape, null))));
        if (shape is not null) layer.Add(new XElement("output", Port(inputs.Count, shape, "FP32")));
        _layers.Add(layer);
        _byId.Add(id, layer);
        for (var port = 0; port < inputs.Count; port++)
        {
            _edges.Add(new XElement("edge", new XAttribute("from-layer", inputs[port].Layer.Attribute("id")!.Value), new XAttribute("from-port", inputs[port].Port), new XAttribute("to-layer", id), new XAttribute("to-port", port)));
        }

        return new(layer, inputs.Count);
    }

    /// <summary>Adds an f32 constant.</summary>
    public IrPort AddConstant(float[] values, int[] shape)
    {
        _weights.Write(new byte[-_weights.WrittenCount & (Alignment - 1)]);
        var offset = _weights.WrittenCount;
        _weights.Write(MemoryMarshal.AsBytes(values.AsSpan()));
        return Add("Const", new XElement("data", new XAttribute("element_type", "f32"), new XAttribute("shape", string.Join(',', shape)), new XAttribute("offset", offset), new XAttribute("size", values.Length * sizeof(float))), [], shape);
    }

    /// <summary>Writes both files into a folder, which is made if need be.</summary>
    public void Write(string folder)
    {
        Directory.CreateDirectory(folder);
        File.WriteAllBytes(Path.Combine(folder, "model.bin"), _weights.WrittenSpan);
        using var xml = XmlWriter.Create(Path.Combine(folder, "model.xml"), new XmlWriterSettings { Indent = true, IndentChars = "\t", NewLineChars = "\n" });
        _layers.Document!.Save(xml);
    }

    private static string TypeOf(XElement layer) => (string)layer.Attribute("type")!;

    private static XElement Port(int id, int[] shape, string? precision) =>
        new("port", new XAttribute("id", id), precision is null ? null : new XAttribute("precision", precision), shape.Select(side => new XElement("dim", side)));

    private XElement EdgeTo(XElement layer, int port)
    {
        var id = layer.Attribute("id")!.Value;
        return _edges.Elements().FirstOrDefault(edge => edge.Attribute("to-layer")!.Value == id && (int)edge.Attribute("to-port")! == port)
            ?? throw new ModelException($"{_file}: layer {id} ({TypeOf(layer)}) reads nothing at port {port}.");
    }
}
