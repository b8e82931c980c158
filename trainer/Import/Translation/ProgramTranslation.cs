using ShiTu.Trainer.Export;
using ShiTu.Trainer.Import.Program;

namespace ShiTu.Trainer.Import.Translation;

/// <summary>
/// Writes a program and its weights with an <see cref="IrBuilder"/>, operator by operator (<c>paddle-files.md</c> 4). Only what the wanted
/// outputs depend on is translated, so that post-processing with control flow is never looked at.
/// </summary>
internal sealed class ProgramTranslation
{
    private readonly PaddleProgram _program;
    private readonly IReadOnlyDictionary<string, NamedTensor> _weights;
    private readonly Dictionary<string, object> _values = new(StringComparer.Ordinal);
    private readonly int[] _input;

    private ProgramTranslation(PaddleProgram program, IReadOnlyDictionary<string, NamedTensor> weights, IrBuilder builder, int[] input)
    {
        (_program, _weights, Builder, _input) = (program, weights, builder, input);
    }

    public IrBuilder Builder { get; }

    /// <summary>Translates the program.</summary>
    /// <param name="program">The program.</param>
    /// <param name="weights">Its weights by name.</param>
    /// <param name="builder">Where it is written.</param>
    /// <param name="input">Shape of the one input, batch first; used where the program leaves a side open.</param>
    /// <param name="outputs">Variables that become results, with the results' names.</param>
    /// <returns>Shapes of the results.</returns>
    /// <exception cref="ImportException">An operator is not translated, or does not fit.</exception>
    public static IReadOnlyList<int[]> Translate(PaddleProgram program, IReadOnlyDictionary<string, NamedTensor> weights, IrBuilder builder, int[] input, IReadOnlyList<(string Variable, string Name)> outputs) =>
        new ProgramTranslation(program, weights, builder, input).Run(outputs);

    /// <summary>The value of a variable; a pending convolution is written.</summary>
    public IrValue Read(PaddleOperator op, string slot)
    {
        var name = op.Input(slot);
        switch (Find(op, name))
        {
            case IrValue value:
                return value;
            case PendingConvolution pending:
                var written = pending.Write(Builder);
                _values[name] = written;
                return written;
            default:
                throw op.Error($"reads the constant {name} where a computed value was expected.");
        }
    }

    /// <summary>The convolution that a variable is, if it is not written yet.</summary>
    public PendingConvolution? Pending(PaddleOperator op, string slot) => Find(op, op.Input(slot)) as PendingConvolution;

    /// <summary>The weight that a variable is, or null.</summary>
    public FloatArray? Weight(PaddleOperator op, string slot) => Find(op, op.Input(slot)) as FloatArray;

    /// <summary>A weight that has to be there.</summary>
    public FloatArray RequireWeight(PaddleOperator op, string slot) => Weight(op, slot) ?? throw op.Error($"{slot} ({op.Input(slot)}) must be a weight.");

    /// <summary>Integers that an operator made as a constant.</summary>
    public int[]? Integers(PaddleOperator op, string slot) => Find(op, op.Input(slot)) as int[];

    public void Set(PaddleOperator op, string slot, object value) => _values[op.Output(slot)] = value;

    /// <summary>The shape of the input, the program's own sides where it has them.</summary>
    public int[] InputShape(string variable)
    {
        var dims = _program.Variables.TryGetValue(variable, out var known) ? known.Dims : [];
        int[] shape = dims.Count == 0 ? _input : [1, .. dims.Skip(1).Select((side, i) => side > 0 ? checked((int)side) : _input.ElementAtOrDefault(i + 1))];
        return shape.Length >= 2 && shape.All(side => side > 0) ? shape
            : throw new ImportException($"the input {variable} has the shape [{string.Join(',', dims)}]; say its size with --input C,H,W.");
    }

    private object Find(PaddleOperator op, string name)
    {
        if (_values.TryGetValue(name, out var value)) return value;
        return _weights.TryGetValue(name, out var weight) ? new FloatArray(weight.Shape, weight.Values) : throw op.Error($"reads {name}, which nothing before it gives.");
    }

    private List<int[]> Run(IReadOnlyList<(string Variable, string Name)> outputs)
    {
        var needed = Needed([.. outputs.Select(output => output.Variable)]);
        foreach (var op in _program.Operators.Where(needed.Contains))
        {
            if (!PaddleOperators.Table.TryGetValue(op.Type, out var translate)) throw op.Error("this operator is not translated.");
            try
            {
                translate(this, op);
            }
            catch (ArgumentException e)
            {
                throw op.Error(e.Message);
            }
        }

        var shapes = new List<int[]>();
        foreach (var (variable, name) in outputs)
        {
            var value = _values.GetValueOrDefault(variable) switch
            {
                IrValue written => written,
                PendingConvolution pending => pending.Write(Builder),
                _ => throw new ImportException($"the output {variable} is given by no operator."),
            };
            Builder.Result(name, value);
            shapes.Add(value.Shape);
        }

        return shapes;
    }

    private HashSet<PaddleOperator> Needed(HashSet<string> variables)
    {
        var needed = new HashSet<PaddleOperator>(ReferenceEqualityComparer.Instance);
        foreach (var op in _program.Operators.Reverse())
        {
            if (!op.Outputs.Values.Any(names => names.Any(variables.Contains))) continue;
            needed.Add(op);

            // The batch's own size, computed at run time, is what these lead to; the shapes written here are fixed.
            if (PaddleOperators.IgnoresShapes(op)) variables.Add(op.Input("X"));
            else variables.UnionWith(op.Inputs.Values.SelectMany(names => names));
        }

        return needed;
    }
}
