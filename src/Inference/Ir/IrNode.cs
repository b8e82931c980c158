using System.Globalization;
using ShiTu.Inference.Models;

namespace ShiTu.Inference.Ir;

/// <summary>A layer of the graph: its operator, attributes, and what it reads.</summary>
internal sealed class IrNode(string file, string id, string name, string type, string opset, IReadOnlyDictionary<string, string> attributes)
{
    public string Name { get; } = name;

    /// <summary>The operator set, e.g. <c>opset4</c>; empty before version 10.</summary>
    public string Opset { get; } = opset;

    /// <summary>The operator, e.g. <c>Convolution</c>.</summary>
    public string Type { get; } = type;

    public IReadOnlyDictionary<string, string> Attributes { get; } = attributes;

    public IrInput[] Inputs { get; set; } = [];

    public IrOutput[] Outputs { get; set; } = [];

    /// <summary>The value of a <c>Const</c>; null for all others.</summary>
    public IrTensor? Value { get; set; }

    /// <summary>An error that names file, layer and operator.</summary>
    public ModelException Error(string message) =>
        new($"{file}: layer {id} '{Name}' ({Type}{(Opset.Length > 0 ? " of " + Opset : "")}): {message}");

    public string Text(string attribute, string missing) => Attributes.GetValueOrDefault(attribute, missing);

    public bool Flag(string attribute, bool missing = false) => Text(attribute, missing ? "true" : "false") is "true" or "True" or "1";

    /// <summary>A list of integers; some exporters write them as <c>1.0,1.0</c>.</summary>
    public int[] Integers(string attribute, int[] missing)
    {
        if (!Attributes.TryGetValue(attribute, out var text) || text.Length == 0) return missing;
        return Array.ConvertAll(text.Split(','), part =>
            double.TryParse(part, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && Math.Abs(value) <= int.MaxValue && value == Math.Floor(value)
                ? (int)value
                : throw Error($"attribute {attribute} is \"{text}\"; integers were expected."));
    }

    public int Integer(string attribute, int missing) =>
        Integers(attribute, [missing]) is [var value] ? value : throw Error($"attribute {attribute} is \"{Text(attribute, "")}\"; one integer was expected.");

    public float Number(string attribute) =>
        float.TryParse(Text(attribute, ""), NumberStyles.Float, CultureInfo.InvariantCulture, out var value) ? value
            : throw Error($"attribute {attribute} is \"{Text(attribute, "")}\"; a number was expected.");

    /// <summary>Checks how many inputs there are.</summary>
    public void ExpectInputs(int least, int most)
    {
        if (Inputs.Length < least || Inputs.Length > most)
            throw Error($"has {Inputs.Length} inputs; {(least == most ? $"{least} were" : $"{least} to {most} were")} expected.");
    }
}
