using System.Globalization;
using System.Xml;
using ShiTu.Inference.Models;

namespace ShiTu.Inference.Ir;

/// <summary>The XML half of a model, read element by element under limits: the file is not trusted.</summary>
internal sealed class IrDocument
{
    private const int MaximumLayers = 100_000;
    private const int MaximumEdges = 1_000_000;
    private const int MaximumRank = 8;
    private const long MaximumCharacters = 64L << 20;

    private readonly string _file;

    private IrDocument(string file) => _file = file;

    public int Version { get; private set; }

    public List<IrLayer> Layers { get; } = [];

    public List<IrEdge> Edges { get; } = [];

    /// <exception cref="ModelException">The file is not the XML of a model, or breaks a limit.</exception>
    public static IrDocument Read(string file)
    {
        var document = new IrDocument(file);
        try
        {
            using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.Read, 65536, FileOptions.SequentialScan);
            using var xml = XmlReader.Create(stream, new XmlReaderSettings
            {
                DtdProcessing = DtdProcessing.Prohibit,
                XmlResolver = null,
                IgnoreComments = true,
                IgnoreWhitespace = true,
                IgnoreProcessingInstructions = true,
                MaxCharactersInDocument = MaximumCharacters,
            });
            document.ReadNet(xml);
        }
        catch (XmlException e)
        {
            throw new ModelException($"{file}: not well-formed XML (line {e.LineNumber}: {e.Message}); an OpenVINO IR model.xml was expected.", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ModelException($"{file}: cannot be read: {e.Message}", e);
        }

        return document;
    }

    private void ReadNet(XmlReader xml)
    {
        xml.MoveToContent();
        if (xml.NodeType != XmlNodeType.Element || xml.LocalName != "net")
            throw Bad(xml, $"the root element is <{xml.LocalName}>; <net> of an OpenVINO IR was expected.");
        Version = Integer(xml, "version");
        Children(xml, () =>
        {
            switch (xml.LocalName)
            {
                case "layers":
                    Children(xml, () => ReadLayer(xml));
                    break;
                case "edges":
                    Children(xml, () => ReadEdge(xml));
                    break;
                default:
                    xml.Skip();
                    break;
            }
        });
    }

    private void ReadLayer(XmlReader xml)
    {
        if (Layers.Count == MaximumLayers) throw Bad(xml, $"has more than {MaximumLayers} layers.");
        var layer = new IrLayer(Required(xml, "id"), xml.GetAttribute("name") ?? "", Required(xml, "type"), xml.GetAttribute("version") ?? "", xml.GetAttribute("precision") ?? "");
        Layers.Add(layer);
        Children(xml, () =>
        {
            switch (xml.LocalName)
            {
                case "data":
                    while (xml.MoveToNextAttribute()) layer.Attributes[xml.LocalName] = xml.Value;
                    xml.MoveToElement();
                    xml.Skip();
                    break;
                case "input":
                    Children(xml, () => layer.InputPorts.Add(ReadPort(xml).Port));
                    break;
                case "output":
                    Children(xml, () => layer.Outputs.Add(ReadPort(xml)));
                    break;
                case "blobs":
                    Children(xml, () =>
                    {
                        layer.Blobs[xml.LocalName] = (Long(xml, "offset"), Long(xml, "size"));
                        xml.Skip();
                    });
                    break;
                default:
                    xml.Skip();
                    break;
            }
        });
    }

    private IrOutput ReadPort(XmlReader xml)
    {
        var port = Integer(xml, "id");
        var name = FirstName(xml.GetAttribute("names") ?? "");
        var shape = new List<int>();
        Children(xml, () =>
        {
            if (xml.LocalName != "dim")
            {
                xml.Skip();
                return;
            }

            if (shape.Count == MaximumRank) throw Bad(xml, $"a port has more than {MaximumRank} dimensions.");
            var text = xml.ReadElementContentAsString();
            if (!int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var side) || side < -1)
                throw Bad(xml, $"dimension \"{text}\" is not a number.");
            shape.Add(side);
        });
        return new IrOutput(port, name, [.. shape]);
    }

    private void ReadEdge(XmlReader xml)
    {
        if (Edges.Count == MaximumEdges) throw Bad(xml, $"has more than {MaximumEdges} edges.");
        Edges.Add(new IrEdge(Required(xml, "from-layer"), Integer(xml, "from-port"), Required(xml, "to-layer"), Integer(xml, "to-port")));
        xml.Skip();
    }

    /// <summary>Calls <paramref name="read"/> on each child element; it must leave the reader behind that element.</summary>
    private static void Children(XmlReader xml, Action read)
    {
        if (xml.IsEmptyElement)
        {
            xml.Read();
            return;
        }

        xml.ReadStartElement();
        while (xml.NodeType != XmlNodeType.EndElement)
        {
            if (xml.NodeType == XmlNodeType.Element) read();
            else if (!xml.Read()) return;
        }

        xml.ReadEndElement();
    }

    // A port may carry several names, "a,b"; a comma inside a name is written "\,".
    private static string FirstName(string names)
    {
        for (var i = 0; i < names.Length; i++)
        {
            if (names[i] == ',' && (i == 0 || names[i - 1] != '\\')) return names[..i].Replace("\\,", ",", StringComparison.Ordinal);
        }

        return names.Replace("\\,", ",", StringComparison.Ordinal);
    }

    private string Required(XmlReader xml, string attribute) => xml.GetAttribute(attribute) ?? throw Bad(xml, $"<{xml.LocalName}> has no {attribute}.");

    private int Integer(XmlReader xml, string attribute) =>
        Long(xml, attribute) is >= int.MinValue and <= int.MaxValue and var value ? (int)value : throw Bad(xml, $"{attribute} of <{xml.LocalName}> is too large.");

    private long Long(XmlReader xml, string attribute)
    {
        var text = Required(xml, attribute);
        return long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value) ? value : throw Bad(xml, $"{attribute}=\"{text}\" of <{xml.LocalName}> is not a number.");
    }

    private ModelException Bad(XmlReader xml, string message) =>
        new($"{_file}{(xml is IXmlLineInfo line && line.HasLineInfo() ? $", line {line.LineNumber}" : "")}: {message}");
}
