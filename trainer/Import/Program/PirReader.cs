using System.Text.Json;

namespace ShiTu.Trainer.Import.Program;

/// <summary>Reads <c>inference.json</c>, the program of newer framework versions (<c>paddle-files.md</c> 6). Values are named by their numbers, weights by their names.</summary>
public static class PirReader
{
    private const string Magic = "pir";

    // Slot names of the older format, so that one translation serves both.
    private static readonly Dictionary<string, (string[] Inputs, string[] Outputs)> Slots = new(StringComparer.Ordinal)
    {
        ["conv2d"] = (["Input", "Filter"], ["Output"]),
        ["depthwise_conv2d"] = (["Input", "Filter"], ["Output"]),
        ["batch_norm"] = (["X", "Mean", "Variance", "Scale", "Bias"], ["Y"]),
        ["add"] = (["X", "Y"], ["Out"]),
        ["multiply"] = (["X", "Y"], ["Out"]),
        ["matmul"] = (["X", "Y"], ["Out"]),
        ["reshape"] = (["X", "Shape"], ["Out"]),
    };

    /// <summary>Reads a program.</summary>
    /// <exception cref="ImportException">The file is damaged or none.</exception>
    public static PaddleProgram Read(string path)
    {
        try
        {
            using var document = JsonDocument.Parse(ImportLimits.ReadFile(path), new JsonDocumentOptions { MaxDepth = ImportLimits.Depth });
            var root = document.RootElement;
            if (root.GetProperty("base_code").GetProperty("magic").GetString() != Magic)
            {
                throw new ImportException($"{path}: its base_code is not '{Magic}'; expected an inference.json.");
            }

            var version = root.GetProperty("base_code").GetProperty("version").GetInt64();
            var blocks = root.GetProperty("program").GetProperty("regions")[0].GetProperty("blocks");
            return ReadBlock(blocks[0].GetProperty("ops"), version, blocks.GetArrayLength(), path);
        }
        catch (Exception error) when (error is JsonException or KeyNotFoundException or InvalidOperationException or IndexOutOfRangeException or FormatException)
        {
            throw new ImportException($"{path}: not a program in the newer JSON form: {error.Message}", error);
        }
    }

    private static PaddleProgram ReadBlock(JsonElement ops, long version, int blocks, string path)
    {
        if (ops.GetArrayLength() > ImportLimits.Entries)
        {
            throw new ImportException($"{path}: more than {ImportLimits.Entries} operators.");
        }

        Dictionary<string, PaddleVariable> variables = new(StringComparer.Ordinal);
        Dictionary<long, string> names = [];
        List<PaddleOperator> operators = [];
        foreach (var op in ops.EnumerateArray())
        {
            var kind = op.GetProperty("#").GetString()!;
            if (kind == "p")
            {
                var name = op.GetProperty("A")[3].GetString()!;
                var output = op.GetProperty("O");
                names.Add(output.GetProperty("%").GetInt64(), name);
                if (!variables.TryAdd(name, Variable(name, output, isWeight: true)))
                {
                    throw new ImportException($"{path}: the weight '{name}' is there twice.");
                }
            }
            else
            {
                operators.Add(Operator(op, kind[(kind.IndexOf('.', StringComparison.Ordinal) + 1)..].TrimEnd('_'), names, variables));
            }
        }

        return new PaddleProgram(version, blocks, variables, operators);
    }

    private static PaddleOperator Operator(JsonElement op, string type, Dictionary<long, string> names, Dictionary<string, PaddleVariable> variables)
    {
        var (inputSlots, outputSlots) = Slots.GetValueOrDefault(type, (["X"], ["Out"]));
        var inputs = Arguments(op.GetProperty("I"), inputSlots, number => names.TryGetValue(number, out var name) ? name : $"%{number}");
        var outputs = Arguments(op.GetProperty("O"), outputSlots, number => $"%{number}");
        foreach (var output in op.GetProperty("O").EnumerateArray())
        {
            var name = $"%{output.GetProperty("%").GetInt64()}";
            variables.TryAdd(name, Variable(name, output, isWeight: false));
        }

        Dictionary<string, object> attributes = new(StringComparer.Ordinal);
        foreach (var attribute in op.GetProperty("A").EnumerateArray())
        {
            if (Value(attribute.GetProperty("AT").GetProperty("D")) is { } value)
            {
                attributes[attribute.GetProperty("N").GetString()!] = value;
            }
        }

        return new PaddleOperator(type, inputs, outputs, attributes);
    }

    private static Dictionary<string, IReadOnlyList<string>> Arguments(JsonElement list, string[] slots, Func<long, string> name)
    {
        Dictionary<string, IReadOnlyList<string>> arguments = new(StringComparer.Ordinal);
        var position = 0;
        foreach (var argument in list.EnumerateArray())
        {
            var slot = position < slots.Length ? slots[position] : $"{slots[^1]}{position}";
            arguments[slot] = [name(argument.GetProperty("%").GetInt64())];
            position++;
        }

        return arguments;
    }

    private static PaddleVariable Variable(string name, JsonElement output, bool isWeight)
    {
        var type = output.GetProperty("TT").GetProperty("D");
        if (type.ValueKind != JsonValueKind.Array || type.GetArrayLength() < 2)
        {
            return new PaddleVariable(name, [], -1, false);
        }

        var element = type[0].ValueKind == JsonValueKind.Object && type[0].GetProperty("#").GetString() == "0.t_f32" ? TensorDescription.Float32 : -1;
        return new PaddleVariable(name, [.. type[1].EnumerateArray().Select(side => side.GetInt64())], element, isWeight);
    }

    private static object? Value(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.True or JsonValueKind.False => value.GetBoolean(),
        JsonValueKind.String => value.GetString()!,
        JsonValueKind.Number => value.TryGetInt64(out var whole) ? whole : (object)value.GetSingle(),
        JsonValueKind.Array => List(value),
        _ => null,
    };

    private static object? List(JsonElement list)
    {
        var values = list.EnumerateArray().Select(element => Value(element.ValueKind == JsonValueKind.Object ? element.GetProperty("D") : element)).ToList();
        return values.All(value => value is long) ? values.Select(value => (long)value!).ToList()
            : values.All(value => value is long or float) ? values.Select(value => Convert.ToSingle(value)).ToList()
            : null;
    }
}
