namespace ShiTu.Trainer.Import.Program;

/// <summary>A PaddlePaddle program: its main block's weights and operators.</summary>
/// <param name="Version">Version number of the writer, 0 where it is not set.</param>
/// <param name="Blocks">Number of blocks.</param>
/// <param name="Variables">Variables of the main block by name.</param>
/// <param name="Operators">Operators of the main block in the order they run.</param>
public sealed record PaddleProgram(long Version, int Blocks, IReadOnlyDictionary<string, PaddleVariable> Variables, IReadOnlyList<PaddleOperator> Operators)
{
    /// <summary>The weights in the order of <c>.pdiparams</c>: program names by byte value.</summary>
    public IReadOnlyList<PaddleVariable> Weights { get; } =
        [.. Variables.Values.Where(variable => variable.IsWeight).OrderBy(variable => variable.Name, StringComparer.Ordinal)];
}

/// <summary>A variable of a program.</summary>
/// <param name="Name">Program name.</param>
/// <param name="Dims">Dimensions, -1 where unknown.</param>
/// <param name="ElementType">Element type of the format, 5 = 32-bit float.</param>
/// <param name="IsWeight">True for a persistable ordinary tensor.</param>
public sealed record PaddleVariable(string Name, IReadOnlyList<long> Dims, int ElementType, bool IsWeight);

/// <summary>An operator of a program.</summary>
/// <param name="Type">Such as <c>conv2d</c>.</param>
/// <param name="Inputs">Slot to variable names.</param>
/// <param name="Outputs">Slot to variable names.</param>
/// <param name="Attributes">Name to value: long, float, string, bool, or lists of them.</param>
public sealed record PaddleOperator(
    string Type,
    IReadOnlyDictionary<string, IReadOnlyList<string>> Inputs,
    IReadOnlyDictionary<string, IReadOnlyList<string>> Outputs,
    IReadOnlyDictionary<string, object> Attributes);
