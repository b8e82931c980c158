using System.Xml.Linq;

namespace ShiTu.Trainer.Quantization;

/// <summary>An output of a layer.</summary>
/// <param name="Layer">The layer.</param>
/// <param name="Port">Number of the port.</param>
internal sealed record IrPort(XElement Layer, int Port)
{
    /// <summary>Dimensions, batch first.</summary>
    public int[] Shape => [.. Layer.Element("output")!.Elements("port").First(port => (int)port.Attribute("id")! == Port).Elements("dim").Select(dim => (int)dim)];
}
