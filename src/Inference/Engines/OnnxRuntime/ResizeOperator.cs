using ShiTu.Inference.Ir;

namespace ShiTu.Inference.Engines.OnnxRuntime;

/// <summary>Interpolate of operator sets 4 and 11.</summary>
internal static class ResizeOperator
{
    public static void Interpolate(OnnxTranslation translation, IrNode node)
    {
        node.ExpectInputs(2, 4);
        if (node.Flag("antialias") || node.Integers("pads_begin", []).Any(pad => pad != 0) || node.Integers("pads_end", []).Any(pad => pad != 0))
            throw node.Error("antialias and pads are not translated.");
        var mode = node.Text("mode", "") switch
        {
            "nearest" => "nearest",
            "linear" or "linear_onnx" => "linear",
            "cubic" => "cubic",
            var other => throw node.Error($"mode {other} is not translated."),
        };
        var coordinates = node.Text("coordinate_transformation_mode", "half_pixel");
        if (coordinates is not ("half_pixel" or "pytorch_half_pixel" or "asymmetric" or "align_corners")) throw node.Error($"coordinate_transformation_mode {coordinates} is not translated.");
        var nearest = node.Text("nearest_mode", "round_prefer_floor");
        if (nearest is not ("round_prefer_floor" or "round_prefer_ceil" or "floor" or "ceil")) throw node.Error($"nearest_mode {nearest} is not translated.");
        OnnxAttribute[] attributes = [("mode", mode), ("coordinate_transformation_mode", coordinates), ("nearest_mode", nearest)];

        var sized = node.Text("shape_calculation_mode", "") == "sizes";
        var merged = node.Inputs.Length == 2 || (node.Inputs.Length == 3 && IsVersion11(node));
        var factors = node.Inputs[sized || merged ? 1 : 2];
        var axesInput = merged ? 2 : 3;
        var axes = node.Inputs.Length > axesInput ? Array.ConvertAll(translation.RequireConstant(node, axesInput).ToIntegers(), axis => (int)axis) : null;
        if (!sized && translation.ConstantOf(factors) is { } scales)
        {
            translation.Emit(node, "Resize", [translation.Name(node.Inputs[0]), "", FullScales(translation, node, scales.ToFloats(), axes)], attributes);
            return;
        }

        string[] inputs = sized ? [translation.Name(node.Inputs[0]), "", "", translation.Name(factors)] : [translation.Name(node.Inputs[0]), "", translation.Name(factors)];
        translation.Emit(node, "Resize", inputs, axes is null ? attributes : [.. attributes, ("axes", axes)]);
    }

    // Scales of all dimensions, not of some axes: only that form reaches the engine's fast path for nearest neighbours.
    private static string FullScales(OnnxTranslation translation, IrNode node, float[] scales, int[]? axes)
    {
        var full = Enumerable.Repeat(1f, node.Inputs[0].Shape.Length).ToArray();
        axes ??= [.. Enumerable.Range(0, full.Length)];
        if (axes.Length != scales.Length || axes.Any(axis => axis < 0 || axis >= full.Length)) throw node.Error($"{scales.Length} scales do not fit axes [{string.Join(',', axes)}].");
        for (var i = 0; i < axes.Length; i++) full[axes[i]] = scales[i];
        return translation.Constant([full.Length], full);
    }

    // Version 4 has data, sizes, scales and optional axes; version 11 has data, sizes or scales, and optional axes.
    private static bool IsVersion11(IrNode node) => node.Opset == "opset11";
}
