using System.Runtime.InteropServices;

namespace ShiTu.Inference.Tests.Ir;

/// <summary>Writes small models from their layers, for tests of the reader and of single operators.</summary>
internal sealed class IrFiles : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("shitu-ir-").FullName;

    public string Xml => Path.Combine(_folder, "model.xml");

    public string Bin => Path.Combine(_folder, "model.bin");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    /// <summary>Writes any text and bytes.</summary>
    public string Write(string xml, byte[] bin)
    {
        File.WriteAllText(Xml, xml);
        File.WriteAllBytes(Bin, bin);
        return Xml;
    }

    /// <summary>A model of one operator: input x of <paramref name="shape"/>, float constants, output y.</summary>
    public string Operator(string type, string opset, string attributes, int[] shape, params (int[] Shape, float[] Values)[] constants) =>
        Operator(type, opset, attributes, shape, shape, [.. constants.Select(c => (c.Shape, "f32", MemoryMarshal.AsBytes(c.Values.AsSpan()).ToArray()))]);

    /// <summary>A model of one operator with constants of any type and an output shape of its own.</summary>
    public string Operator(string type, string opset, string attributes, int[] shape, int[] output, params (int[] Shape, string Type, byte[] Bytes)[] constants)
    {
        var layers = $"<layer id=\"0\" name=\"x\" type=\"Parameter\" version=\"opset1\"><data shape=\"{Join(shape)}\" element_type=\"f32\"/><output>{Port(0, shape)}</output></layer>";
        var ports = Port(0, shape);
        var edges = "<edge from-layer=\"0\" from-port=\"0\" to-layer=\"9\" to-port=\"0\"/>";
        var bytes = new List<byte>();
        for (var i = 0; i < constants.Length; i++)
        {
            var (sides, kind, value) = constants[i];
            layers += $"<layer id=\"{i + 1}\" name=\"c{i}\" type=\"Const\" version=\"opset1\"><data element_type=\"{kind}\" shape=\"{Join(sides)}\" offset=\"{bytes.Count}\" size=\"{value.Length}\"/><output>{Port(0, sides)}</output></layer>";
            ports += Port(i + 1, sides);
            edges += $"<edge from-layer=\"{i + 1}\" from-port=\"0\" to-layer=\"9\" to-port=\"{i + 1}\"/>";
            bytes.AddRange(value);
        }

        layers += $"<layer id=\"9\" name=\"op\" type=\"{type}\" version=\"{opset}\"><data {attributes}/><input>{ports}</input><output>{Port(9, output).Replace("<port", "<port names=\"y\"", StringComparison.Ordinal)}</output></layer>";
        layers += $"<layer id=\"10\" name=\"r\" type=\"Result\" version=\"opset1\"><input>{Port(0, output)}</input></layer>";
        edges += "<edge from-layer=\"9\" from-port=\"9\" to-layer=\"10\" to-port=\"0\"/>";
        return Write($"<?xml version=\"1.0\"?><net name=\"t\" version=\"11\"><layers>{layers}</layers><edges>{edges}</edges></net>", [.. bytes]);
    }

    private static string Port(int id, int[] shape) => $"<port id=\"{id}\">{string.Concat(shape.Select(side => $"<dim>{side}</dim>"))}</port>";

    private static string Join(int[] shape) => string.Join(',', shape);
}
