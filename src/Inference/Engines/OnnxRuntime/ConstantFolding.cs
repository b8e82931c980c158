using ShiTu.Inference.Ir;

namespace ShiTu.Inference.Engines.OnnxRuntime;

/// <summary>Computes what depends on constants only: widened, dequantised and reshaped weights become plain weights.</summary>
internal static class ConstantFolding
{
    /// <summary>The value of <paramref name="node"/>, or null where it is not one of the operators that are folded.</summary>
    public static IrTensor? Fold(IrNode node, IrTensor[] inputs) => node.Type switch
    {
        "Convert" => Convert(node, inputs[0]),
        "Add" => Elementwise(node, inputs, (a, b) => a + b, (a, b) => a + b),
        "Subtract" => Elementwise(node, inputs, (a, b) => a - b, (a, b) => a - b),
        "Multiply" => Elementwise(node, inputs, (a, b) => a * b, (a, b) => a * b),
        "Divide" when inputs[0].Type.IsFloat() => Elementwise(node, inputs, (a, b) => a / b, (_, _) => 0),
        "Reshape" => inputs[0].Reshaped(Target(node, inputs)),
        "FakeQuantize" => FakeQuantize(node, inputs),
        _ => null,
    };

    // Floats of any width are widened where they are written: a copy of all weights less.
    private static IrTensor Convert(IrNode node, IrTensor input) => node.Text("destination_type", "") is "f32" or "f16" or "f64"
        ? input.Type.IsFloat() ? input : IrTensor.Of(input.Shape, input.ToFloats())
        : IrTensor.Of(input.Shape, input.ToIntegers());

    private static IrTensor Elementwise(IrNode node, IrTensor[] inputs, Func<float, float, float> floats, Func<long, long, long> integers)
    {
        node.ExpectInputs(2, 2);
        var shape = Broadcast(node, inputs[0].Shape, inputs[1].Shape);
        return inputs[0].Type.IsFloat()
            ? IrTensor.Of(shape, Combine(shape, inputs[0].ToFloats(), inputs[0].Shape, inputs[1].ToFloats(), inputs[1].Shape, floats))
            : IrTensor.Of(shape, Combine(shape, inputs[0].ToIntegers(), inputs[0].Shape, inputs[1].ToIntegers(), inputs[1].Shape, integers));
    }

    /// <summary>FakeQuantize of OpenVINO: clamp to the input range, round to one of <c>levels</c> steps (half to even), stretch to the output range.</summary>
    private static IrTensor FakeQuantize(IrNode node, IrTensor[] inputs)
    {
        node.ExpectInputs(5, 5);
        var shape = inputs[0].Shape;
        var values = inputs[0].ToFloats();
        var ranges = new float[4][];
        for (var i = 0; i < 4; i++) ranges[i] = Combine(shape, values, shape, inputs[i + 1].ToFloats(), inputs[i + 1].Shape, (_, bound) => bound);
        var steps = node.Integer("levels", 256) - 1;
        for (var i = 0; i < values.Length; i++)
        {
            var (low, high, to, end) = (ranges[0][i], ranges[1][i], ranges[2][i], ranges[3][i]);
            values[i] = values[i] <= Math.Min(low, high) ? to
                : values[i] > Math.Max(low, high) ? end
                : (MathF.Round((values[i] - low) / (high - low) * steps) / steps * (end - to)) + to;
        }

        return IrTensor.Of(shape, values);
    }

    /// <summary>The shape that a Reshape with constant target gives, -1 and 0 resolved.</summary>
    private static int[] Target(IrNode node, IrTensor[] inputs)
    {
        node.ExpectInputs(2, 2);
        var target = Array.ConvertAll(inputs[1].ToIntegers(), side => side is >= -1 and <= int.MaxValue ? (int)side : throw node.Error($"a side of {side} was not expected."));
        for (var i = 0; i < target.Length; i++)
        {
            if (target[i] == 0 && node.Flag("special_zero") && i < inputs[0].Shape.Length) target[i] = inputs[0].Shape[i];
        }

        var open = Array.IndexOf(target, -1);
        var known = target.Where(side => side != -1).Aggregate(1L, (product, side) => checked(product * side));
        if (open >= 0 && known > 0) target[open] = checked((int)(inputs[0].Length / known));
        return target.Aggregate(1L, (product, side) => checked(product * side)) == inputs[0].Length ? target
            : throw node.Error($"{inputs[0].Length} values do not fit [{string.Join(',', target)}].");
    }

    private static int[] Broadcast(IrNode node, int[] a, int[] b)
    {
        var shape = new int[Math.Max(a.Length, b.Length)];
        for (var i = 1; i <= shape.Length; i++)
        {
            var (left, right) = (i <= a.Length ? a[^i] : 1, i <= b.Length ? b[^i] : 1);
            shape[^i] = left == right || right == 1 ? left : left == 1 ? right : throw node.Error($"[{string.Join(',', a)}] and [{string.Join(',', b)}] do not broadcast.");
        }

        return shape;
    }

    private static T[] Combine<T>(int[] shape, T[] a, int[] shapeA, T[] b, int[] shapeB, Func<T, T, T> operation)
    {
        var result = new T[shape.Aggregate(1, (product, side) => checked(product * side))];
        var (stridesA, stridesB) = (Strides(shape, shapeA), Strides(shape, shapeB));
        var position = new int[shape.Length];
        var (indexA, indexB) = (0, 0);
        for (var i = 0; i < result.Length; i++)
        {
            result[i] = operation(a[indexA], b[indexB]);
            for (var axis = shape.Length - 1; axis >= 0; axis--)
            {
                indexA += stridesA[axis];
                indexB += stridesB[axis];
                if (++position[axis] < shape[axis]) break;
                indexA -= stridesA[axis] * shape[axis];
                indexB -= stridesB[axis] * shape[axis];
                position[axis] = 0;
            }
        }

        return result;
    }

    /// <summary>Steps through a tensor of shape <paramref name="own"/> while walking <paramref name="shape"/>: 0 along what is broadcast.</summary>
    private static int[] Strides(int[] shape, int[] own)
    {
        var strides = new int[shape.Length];
        var stride = 1;
        for (var i = 1; i <= own.Length; i++)
        {
            if (own[^i] != 1) strides[^i] = stride;
            stride *= own[^i];
        }

        return strides;
    }
}
