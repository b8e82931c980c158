using ShiTu.Inference.Ir;

namespace ShiTu.Inference.Engines.OnnxRuntime;

/// <summary>Convolutions, their groups, and the bias that stands behind them as an Add.</summary>
internal static class ConvolutionOperators
{
    public static void Convolution(OnnxTranslation translation, IrNode node)
    {
        node.ExpectInputs(2, 2);
        var weights = translation.RequireConstant(node, 1);
        var grouped = node.Type == "GroupConvolution";
        if (weights.Shape.Length < (grouped ? 5 : 4) - 1) throw node.Error($"weights of shape [{string.Join(',', weights.Shape)}] are too flat.");
        var groups = grouped ? weights.Shape[0] : 1;
        var shape = grouped ? [weights.Shape[0] * weights.Shape[1], .. weights.Shape[2..]] : weights.Shape;
        List<string> inputs = [translation.Name(node.Inputs[0]), translation.Constant(weights.Reshaped(shape))];
        var output = node;
        if (Bias(translation, node, shape[0], shape.Length) is var (add, bias))
        {
            inputs.Add(translation.Constant([shape[0]], bias));
            output = add;
        }

        var name = translation.Step("Conv", [.. inputs], [.. Window(node, shape.Length - 2), .. Kernel(node, shape), ("group", groups)]);
        translation.Alias(node, name);
        translation.Alias(output, name);
    }

    public static void Transposed(OnnxTranslation translation, IrNode node)
    {
        node.ExpectInputs(2, 2);
        var weights = translation.RequireConstant(node, 1);
        if (weights.Shape.Length < 3) throw node.Error($"weights of shape [{string.Join(',', weights.Shape)}] are too flat.");
        translation.Emit(node, "ConvTranspose", [translation.Name(node.Inputs[0]), translation.Constant(weights)],
            [.. Window(node, weights.Shape.Length - 2), .. Kernel(node, weights.Shape), ("output_padding", node.Integers("output_padding", new int[weights.Shape.Length - 2]))]);
    }

    /// <summary>Strides and paddings, which convolutions and poolings write alike.</summary>
    public static OnnxAttribute[] Window(IrNode node, int dimensions)
    {
        var strides = node.Integers("strides", [.. Enumerable.Repeat(1, dimensions)]);
        return node.Text("auto_pad", "explicit") switch
        {
            "explicit" or "notset" or "" => [("strides", strides), ("pads", [.. node.Integers("pads_begin", new int[dimensions]), .. node.Integers("pads_end", new int[dimensions])])],
            "same_upper" => [("strides", strides), ("auto_pad", "SAME_UPPER")],
            "same_lower" => [("strides", strides), ("auto_pad", "SAME_LOWER")],
            "valid" => [("strides", strides), ("auto_pad", "VALID")],
            var other => throw node.Error($"auto_pad {other} is not translated."),
        };
    }

    private static OnnxAttribute[] Kernel(IrNode node, int[] weights) =>
        [("kernel_shape", weights[2..]), ("dilations", node.Integers("dilations", [.. weights[2..].Select(_ => 1)]))];

    /// <summary>The Add of one number a channel that alone reads <paramref name="node"/>, if there is one.</summary>
    private static (IrNode Add, float[] Bias)? Bias(OnnxTranslation translation, IrNode node, int channels, int rank)
    {
        if (translation.SoleReader(node) is not { Type: "Add", Inputs: [var a, var b] } add) return null;
        if (translation.ConstantOf(ReferenceEquals(a.Node, node) ? b : a) is not { } constant) return null;
        var shape = constant.Shape;
        var perChannel = shape.Length == rank || shape.Length == rank - 1;
        for (var i = 0; perChannel && i < shape.Length; i++) perChannel = shape[i] == (i == shape.Length - (rank - 1) ? channels : 1);
        return perChannel ? (add, constant.ToFloats()) : null;
    }
}
