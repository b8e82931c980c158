using System.Globalization;
using System.Xml.Linq;

namespace ShiTu.Trainer.Tests.Export;

/// <summary>Counts what a model file stores.</summary>
internal static class ModelWeights
{
    /// <summary>Float values of all constants that are weights: not a slope of one value, not the two factors of a resize.</summary>
    public static long Count(string folder) => XDocument.Load(Path.Combine(folder, "model.xml")).Descendants("layer")
        .Where(layer => layer.Attribute("type")!.Value == "Const")
        .Select(layer => layer.Element("data")!)
        .Where(data => data.Attribute("element_type")!.Value == "f32")
        .Select(data => long.Parse(data.Attribute("size")!.Value, CultureInfo.InvariantCulture) / sizeof(float))
        .Where(count => count > 2)
        .Sum();
}
