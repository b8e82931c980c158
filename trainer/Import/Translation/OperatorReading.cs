using ShiTu.Trainer.Import.Program;

namespace ShiTu.Trainer.Import.Translation;

/// <summary>Attributes and slots of an operator, with defaults, and errors that name it.</summary>
internal static class OperatorReading
{
    public static ImportException Error(this PaddleOperator op, string message) =>
        new($"operator {op.Type} (-> {op.Outputs.Values.SelectMany(names => names).FirstOrDefault("nothing")}): {message}");

    /// <summary>The only variable of an input slot.</summary>
    public static string Input(this PaddleOperator op, string slot) =>
        op.Inputs.TryGetValue(slot, out var names) && names is [var name, ..] ? name : throw op.Error($"has no input {slot}.");

    /// <summary>The only variable of an output slot.</summary>
    public static string Output(this PaddleOperator op, string slot) =>
        op.Outputs.TryGetValue(slot, out var names) && names is [var name, ..] ? name : throw op.Error($"has no output {slot}.");

    public static bool HasInput(this PaddleOperator op, string slot) => op.Inputs.TryGetValue(slot, out var names) && names.Count > 0;

    public static bool Flag(this PaddleOperator op, string name) => op.Attributes.TryGetValue(name, out var value) && value is true;

    public static string Text(this PaddleOperator op, string name, string missing) => op.Attributes.TryGetValue(name, out var value) && value is string text && text.Length > 0 ? text : missing;

    public static int Integer(this PaddleOperator op, string name, int missing) => op.Attributes.TryGetValue(name, out var value) ? value switch
    {
        long number => checked((int)number),
        float number => (int)number,
        _ => throw op.Error($"{name} is no number."),
    }
    : missing;

    public static float Number(this PaddleOperator op, string name, float missing) => op.Attributes.TryGetValue(name, out var value) ? value switch
    {
        float number => number,
        long number => number,
        _ => throw op.Error($"{name} is no number."),
    }
    : missing;

    public static float[] Numbers(this PaddleOperator op, string name) => op.Attributes.TryGetValue(name, out var value) ? value switch
    {
        IReadOnlyList<float> numbers => [.. numbers],
        IReadOnlyList<long> numbers => [.. numbers.Select(number => (float)number)],
        long number => [number],
        _ => [],
    }
    : [];

    public static int[] Integers(this PaddleOperator op, string name) =>
        Array.ConvertAll(op.Numbers(name), number => number == MathF.Floor(number) && MathF.Abs(number) < 1 << 24 ? (int)number : throw op.Error($"{name} holds {number}; whole numbers were expected."));

    /// <summary>Refuses an attribute that is there and differs.</summary>
    public static void Expect(this PaddleOperator op, string name, string expected)
    {
        if (op.Text(name, expected) is var value && value != expected && value != "AnyLayout") throw op.Error($"{name} is {value}; {expected} is translated.");
    }
}
