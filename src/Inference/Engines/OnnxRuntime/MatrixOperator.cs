using ShiTu.Inference.Ir;

namespace ShiTu.Inference.Engines.OnnxRuntime;

/// <summary>MatMul with its two transpositions.</summary>
internal static class MatrixOperator
{
    public static void Multiply(OnnxTranslation translation, IrNode node)
    {
        node.ExpectInputs(2, 2);
        translation.Emit(node, "MatMul", [Operand(translation, node, 0, "transpose_a"), Operand(translation, node, 1, "transpose_b")]);
    }

    private static string Operand(OnnxTranslation translation, IrNode node, int input, string attribute)
    {
        var name = translation.Name(node.Inputs[input]);
        if (!node.Flag(attribute)) return name;
        var rank = (translation.ConstantOf(node.Inputs[input])?.Shape ?? node.Inputs[input].Shape).Length;
        return rank < 2 ? name : translation.Step("Transpose", [name], ("perm", [.. Enumerable.Range(0, rank - 2), rank - 1, rank - 2]));
    }
}
