using ShiTu.Inference.Ir;

namespace ShiTu.Inference.Engines.OnnxRuntime;

/// <summary>Operators that move values without computing.</summary>
internal static class ShapeOperators
{
    public static void Concat(OnnxTranslation translation, IrNode node)
    {
        node.ExpectInputs(1, 4096);
        translation.Emit(node, "Concat", translation.Names(node), ("axis", node.Integer("axis", 0)));
    }

    public static void Reshape(OnnxTranslation translation, IrNode node)
    {
        node.ExpectInputs(2, 2);
        var target = translation.RequireConstant(node, 1).ToIntegers();
        if (target.Contains(0) && !node.Flag("special_zero")) throw node.Error("a target side of 0 without special_zero is not translated.");

        // A target that carries the batch follows the input's instead: 0 copies the dimension.
        var from = node.Inputs[0].Shape;
        if (target.Length > 0 && from.Length > 0 && from[0] == translation.DeclaredBatch && target[0] == translation.DeclaredBatch) target[0] = 0;
        translation.Emit(node, "Reshape", [translation.Name(node.Inputs[0]), translation.Constant([target.Length], target)]);
    }

    public static void Transpose(OnnxTranslation translation, IrNode node)
    {
        node.ExpectInputs(2, 2);
        translation.Emit(node, "Transpose", [translation.Name(node.Inputs[0])], ("perm", Array.ConvertAll(translation.RequireConstant(node, 1).ToIntegers(), axis => (int)axis)));
    }

    public static void Squeeze(OnnxTranslation translation, IrNode node)
    {
        node.ExpectInputs(1, 2);
        translation.Emit(node, "Squeeze", translation.Names(node));
    }

    public static void StridedSlice(OnnxTranslation translation, IrNode node)
    {
        node.ExpectInputs(3, 4);
        foreach (var mask in new[] { "new_axis_mask", "shrink_axis_mask", "ellipsis_mask" })
        {
            if (node.Integers(mask, []).Any(bit => bit != 0)) throw node.Error($"{mask} is not translated.");
        }

        var begin = translation.RequireConstant(node, 1).ToIntegers();
        var end = translation.RequireConstant(node, 2).ToIntegers();
        var steps = node.Inputs.Length == 4 ? translation.RequireConstant(node, 3).ToIntegers() : [.. begin.Select(_ => 1L)];
        if (begin.Length != end.Length || begin.Length != steps.Length) throw node.Error("begin, end and strides differ in length.");

        // A mask bit of 1 means: from the start (or to the end) of this axis, whatever the number says.
        var (fromStart, toEnd) = (node.Integers("begin_mask", []), node.Integers("end_mask", []));
        for (var i = 0; i < begin.Length; i++)
        {
            if (i < fromStart.Length && fromStart[i] != 0) begin[i] = steps[i] > 0 ? 0 : long.MaxValue;
            if (i < toEnd.Length && toEnd[i] != 0) end[i] = steps[i] > 0 ? long.MaxValue : long.MinValue;
        }

        int[] shape = [begin.Length];
        long[] axes = [.. Enumerable.Range(0, begin.Length)];
        translation.Emit(node, "Slice", [translation.Name(node.Inputs[0]), translation.Constant(shape, begin), translation.Constant(shape, end), translation.Constant(shape, axes), translation.Constant(shape, steps)]);
    }

    public static void Convert(OnnxTranslation translation, IrNode node)
    {
        node.ExpectInputs(1, 1);
        var destination = node.Text("destination_type", "");
        if (!IrElementTypes.TryParse(destination, out var type)) throw node.Error($"a conversion to {destination} is not translated.");
        translation.Emit(node, "Cast", [translation.Name(node.Inputs[0])], ("to", type.IsFloat() ? 1 : 7));
    }
}
