using ShiTu.Inference.Ir;

namespace ShiTu.Inference.Engines.OnnxRuntime;

/// <summary>Poolings and reductions.</summary>
internal static class PoolingOperators
{
    public static void Maximum(OnnxTranslation translation, IrNode node) => Pool(translation, node, "MaxPool", ("dilations", node.Integers("dilations", [.. node.Integers("kernel", []).Select(_ => 1)])));

    public static void Average(OnnxTranslation translation, IrNode node) => Pool(translation, node, "AveragePool", ("count_include_pad", node.Flag("exclude-pad", true) ? 0 : 1));

    public static void Mean(OnnxTranslation translation, IrNode node)
    {
        var axes = translation.RequireConstant(node, 1).ToIntegers();
        if (node.Flag("keep_dims") && node.Inputs[0].Shape.Length == 4 && axes.Order().SequenceEqual([2L, 3L])) translation.Emit(node, "GlobalAveragePool", [translation.Name(node.Inputs[0])]);
        else Reduce(translation, node, "ReduceMean", axes);
    }

    public static void Sum(OnnxTranslation translation, IrNode node) => Reduce(translation, node, "ReduceSum", translation.RequireConstant(node, 1).ToIntegers());

    private static void Reduce(OnnxTranslation translation, IrNode node, string type, long[] axes) =>
        translation.Emit(node, type, [translation.Name(node.Inputs[0]), translation.Constant([axes.Length], axes)], ("keepdims", node.Flag("keep_dims") ? 1 : 0));

    private static void Pool(OnnxTranslation translation, IrNode node, string type, OnnxAttribute own)
    {
        node.ExpectInputs(1, 1);
        var kernel = node.Integers("kernel", []);
        if (kernel.Length == 0) throw node.Error("has no kernel.");
        var ceil = node.Text("rounding_type", "floor") switch
        {
            "floor" => 0,
            "ceil" => 1,
            var other => throw node.Error($"rounding_type {other} is not translated."),
        };
        translation.Emit(node, type, [translation.Name(node.Inputs[0])], [.. ConvolutionOperators.Window(node, kernel.Length), ("kernel_shape", kernel), ("ceil_mode", ceil), own]);
    }
}
