using ShiTu.Inference.Ir;

namespace ShiTu.Inference.Engines.OnnxRuntime;

/// <summary>
/// FakeQuantize of activations. Where the range is one of 8-bit quantisation with an integer zero point it becomes the pair QuantizeLinear and
/// DequantizeLinear; otherwise the definition is written out in float operators.
/// </summary>
internal static class FakeQuantization
{
    private const float ZeroPointTolerance = 1e-3f;

    public static void Translate(OnnxTranslation translation, IrNode node)
    {
        node.ExpectInputs(5, 5);
        var steps = node.Integer("levels", 256) - 1;
        if (steps < 1) throw node.Error($"levels is {steps + 1}; at least 2 were expected.");
        var bounds = new IrTensor[4];
        for (var i = 0; i < 4; i++) bounds[i] = translation.RequireConstant(node, i + 1);
        var (low, high, to, end) = (bounds[0].ToFloats(), bounds[1].ToFloats(), bounds[2].ToFloats(), bounds[3].ToFloats());
        if (low.Length * high.Length * to.Length * end.Length == 1) Scalar(translation, node, steps, low[0], high[0], to[0], end[0]);
        else if (low.Length == high.Length && high.Length == to.Length && to.Length == end.Length) Written(translation, node, steps, bounds[0].Shape, low, high, to, end);
        else throw node.Error("its four ranges have different shapes, which is not translated.");
    }

    private static void Scalar(OnnxTranslation translation, IrNode node, int steps, float low, float high, float to, float end)
    {
        var scale = (high - low) / steps;
        var zero = -low / scale;
        if (steps == 255 && scale > 0 && low == to && high == end && MathF.Abs(zero - MathF.Round(zero)) <= ZeroPointTolerance && MathF.Round(zero) is >= 0 and <= 255)
        {
            string[] range = [translation.Constant([], scale), translation.Constant((byte)MathF.Round(zero))];
            var quantized = translation.Step("QuantizeLinear", [translation.Name(node.Inputs[0]), .. range]);
            translation.Emit(node, "DequantizeLinear", [quantized, .. range]);
            return;
        }

        Written(translation, node, steps, [], [low], [high], [to], [end]);
    }

    private static void Written(OnnxTranslation translation, IrNode node, int steps, int[] shape, float[] low, float[] high, float[] to, float[] end)
    {
        var (gain, back) = (new float[low.Length], new float[low.Length]);
        for (var i = 0; i < low.Length; i++)
        {
            if (high[i] <= low[i]) throw node.Error($"an input range of [{low[i]}, {high[i]}] is not translated.");
            gain[i] = steps / (high[i] - low[i]);
            back[i] = (end[i] - to[i]) / steps;
        }

        string Each(float[] values) => translation.Constant(shape, values);
        var clamped = translation.Step("Min", [translation.Step("Max", [translation.Name(node.Inputs[0]), Each(low)]), Each(high)]);
        var level = translation.Step("Round", [translation.Step("Mul", [translation.Step("Sub", [clamped, Each(low)]), Each(gain)])]);
        translation.Emit(node, "Add", [translation.Step("Mul", [level, Each(back)]), Each(to)]);
    }
}
