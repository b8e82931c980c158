using ShiTu.Inference.Ir;

namespace ShiTu.Inference.Engines.OnnxRuntime;

/// <summary>Activations that differ from ONNX in more than the name.</summary>
internal static class ActivationOperators
{
    public static void HalfSlopeSigmoid(OnnxTranslation translation, IrNode node) => HardSigmoid(translation, node, 1f / 6, 0.5f);

    public static void HardSigmoid(OnnxTranslation translation, IrNode node)
    {
        node.ExpectInputs(3, 3);
        HardSigmoid(translation, node, translation.RequireConstant(node, 1).ToFloats()[0], translation.RequireConstant(node, 2).ToFloats()[0]);
    }

    public static void ParametricReLU(OnnxTranslation translation, IrNode node)
    {
        node.ExpectInputs(2, 2);
        var slope = translation.RequireConstant(node, 1);
        var values = slope.ToFloats();
        var input = translation.Name(node.Inputs[0]);

        // One slope for all channels: LeakyRelu is the form that the engine fuses into the convolution before it.
        if (values.Length > 0 && values.AsSpan().IndexOfAnyExcept(values[0]) < 0)
        {
            translation.Emit(node, "LeakyRelu", [input], ("alpha", values[0]));
            return;
        }

        var rank = node.Inputs[0].Shape.Length;
        int[] shape = slope.Shape.Length == 1 && rank > 1 ? [slope.Shape[0], .. Enumerable.Repeat(1, rank - 2)] : slope.Shape;
        translation.Emit(node, "PRelu", [input, translation.Constant(shape, values)]);
    }

    public static void Clamp(OnnxTranslation translation, IrNode node)
    {
        node.ExpectInputs(1, 1);
        translation.Emit(node, "Clip", [translation.Name(node.Inputs[0]), translation.Constant([], node.Number("min")), translation.Constant([], node.Number("max"))]);
    }

    public static void SoftMax(OnnxTranslation translation, IrNode node)
    {
        node.ExpectInputs(1, 1);
        translation.Emit(node, "Softmax", [translation.Name(node.Inputs[0])], ("axis", node.Integer("axis", 1)));
    }

    private static void HardSigmoid(OnnxTranslation translation, IrNode node, float slope, float offset) =>
        translation.Emit(node, "HardSigmoid", [translation.Name(node.Inputs[0])], ("alpha", slope), ("beta", offset));
}
