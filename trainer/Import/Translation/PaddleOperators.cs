using System.Collections.Frozen;
using ShiTu.Trainer.Export;
using ShiTu.Trainer.Import.Program;

namespace ShiTu.Trainer.Import.Translation;

/// <summary>The operators of PaddlePaddle that are translated, under the names of the old and of the new program form.</summary>
internal static class PaddleOperators
{
    private const float Sixth = 1f / 6;
    private const float Tolerance = 1e-6f;

    public static FrozenDictionary<string, Action<ProgramTranslation, PaddleOperator>> Table { get; } = new Dictionary<string, Action<ProgramTranslation, PaddleOperator>>
    {
        ["feed"] = (t, op) => t.Set(op, "Out", t.Builder.Input(op.Output("Out"), t.InputShape(op.Output("Out")))),
        ["data"] = (t, op) => t.Set(op, "Out", t.Builder.Input(op.Text("name", op.Output("Out")), t.InputShape(op.Output("Out")))),
        ["fetch"] = (t, op) => t.Set(op, "Out", t.Read(op, "X")),
        ["conv2d"] = Convolutions.Plain,
        ["depthwise_conv2d"] = Convolutions.Plain,
        ["conv2d_transpose"] = Convolutions.Transposed,
        ["batch_norm"] = Convolutions.BatchNorm,
        ["elementwise_add"] = Convolutions.Add,
        ["add"] = Convolutions.Add,
        ["elementwise_mul"] = Convolutions.Multiply,
        ["multiply"] = Convolutions.Multiply,
        ["dropout"] = Convolutions.Dropout,
        ["relu"] = (t, op) => t.Set(op, "Out", t.Builder.Relu(t.Read(op, "X"))),
        ["sigmoid"] = (t, op) => t.Set(op, "Out", t.Builder.Sigmoid(t.Read(op, "X"))),
        ["leaky_relu"] = (t, op) => t.Set(op, "Out", t.Builder.LeakyRelu(t.Read(op, "X"), op.Number("alpha", 0.02f))),
        ["hard_swish"] = HardSwish,
        ["hardswish"] = HardSwish,
        ["hard_sigmoid"] = HardSigmoid,
        ["hardsigmoid"] = HardSigmoid,
        ["softmax"] = (t, op) => t.Set(op, "Out", t.Builder.Softmax(t.Read(op, "X"), op.Integer("axis", -1))),
        ["pool2d"] = Pool,
        ["concat"] = Concat,
        ["nearest_interp_v2"] = Upsample,
        ["nearest_interp"] = Upsample,
        ["matmul_v2"] = Linear,
        ["matmul"] = Linear,
        ["reshape2"] = Reshape,
        ["reshape"] = Reshape,
        ["flatten_contiguous_range"] = Flatten,
        ["flatten"] = Flatten,
        ["full_int_array"] = (t, op) => t.Set(op, "Out", op.Integers("value")),
        ["scale"] = Scale,
        ["assign"] = (t, op) => t.Set(op, "Out", t.Read(op, "X")),
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>Whether an operator's shape inputs only carry the batch's size.</summary>
    public static bool IgnoresShapes(PaddleOperator op) => op.Type == "reshape2";

    private static void HardSwish(ProgramTranslation t, PaddleOperator op)
    {
        if (op.Number("offset", 3) != 3 || op.Number("scale", 6) != 6 || op.Number("threshold", 6) != 6) throw op.Error("offset, scale and threshold must be 3, 6 and 6.");
        t.Set(op, "Out", t.Builder.HSwish(t.Read(op, "X")));
    }

    // The slope differs between networks: 1/6 in the detector, 0.2 in older classifiers.
    private static void HardSigmoid(ProgramTranslation t, PaddleOperator op)
    {
        var (slope, offset) = (op.Number("slope", 0.2f), op.Number("offset", 0.5f));
        var input = t.Read(op, "X");
        t.Set(op, "Out", MathF.Abs(slope - Sixth) < Tolerance && offset == 0.5f ? t.Builder.HSigmoid(input) : t.Builder.HardSigmoid(input, slope, offset));
    }

    private static void Pool(ProgramTranslation t, PaddleOperator op)
    {
        op.Expect("data_format", "NCHW");
        op.Expect("padding_algorithm", "EXPLICIT");
        var kernel = op.HasInput("X1") ? t.Integers(op, "X1") ?? [] : op.Integers("ksize");
        var average = op.Text("pooling_type", "max") == "avg";
        var input = t.Read(op, "X");
        if (op.Flag("global_pooling") || op.Flag("adaptive"))
        {
            if (!average || (op.Flag("adaptive") && kernel is not [1, 1])) throw op.Error("of adaptive and global poolings only the mean of the whole map is translated.");
            t.Set(op, "Out", t.Builder.GlobalAveragePool(input));
            return;
        }

        if (kernel is not [_, _] || op.Integers("strides") is not [_, _] strides || op.Integers("paddings") is not [_, _] pads) throw op.Error("two sides, strides and paddings were expected.");
        t.Set(op, "Out", average ? t.Builder.AveragePool(input, kernel, strides, pads, op.Flag("ceil_mode"), op.Flag("exclusive")) : t.Builder.MaxPool(input, kernel, strides, pads, op.Flag("ceil_mode")));
    }

    private static void Concat(ProgramTranslation t, PaddleOperator op)
    {
        var names = op.Inputs["X"];
        var inputs = names.Select(name => t.Read(op with { Inputs = new Dictionary<string, IReadOnlyList<string>> { ["X"] = [name] } }, "X")).ToArray();
        t.Set(op, "Out", t.Builder.Concat(inputs, op.Integer("axis", 0)));
    }

    private static void Upsample(ProgramTranslation t, PaddleOperator op)
    {
        if (op.Flag("align_corners") || op.Text("interp_method", "nearest") != "nearest") throw op.Error("only nearest neighbours without aligned corners are translated.");
        if (op.Numbers("scale") is not [var rows, var columns] || rows != columns || rows < 1 || rows != MathF.Floor(rows)) throw op.Error("one whole factor for both directions was expected.");
        t.Set(op, "Out", t.Builder.Upsample(t.Read(op, "X"), (int)rows));
    }

    private static void Linear(ProgramTranslation t, PaddleOperator op)
    {
        if (op.Flag("trans_x") || op.Flag("transpose_x") || op.Flag("transpose_X") || op.Number("alpha", 1) != 1) throw op.Error("a transposed or scaled left side is not translated.");
        var weights = t.RequireWeight(op, "Y");
        if (weights.Shape.Length != 2) throw op.Error($"weights of shape [{string.Join(',', weights.Shape)}] are not translated.");
        var transposed = op.Flag("trans_y") || op.Flag("transpose_y") || op.Flag("transpose_Y");
        t.Set(op, "Out", t.Builder.Linear(t.Read(op, "X"), transposed ? weights : weights.Transposed(), null));
    }

    private static void Reshape(ProgramTranslation t, PaddleOperator op)
    {
        var target = op.HasInput("Shape") ? t.Integers(op, "Shape") ?? op.Integers("shape") : op.Integers("shape");
        if (t.Weight(op, "X") is { } weight)
        {
            var known = target.Where(side => side > 0).Aggregate(1, (product, side) => product * side);
            t.Set(op, "Out", weight with { Shape = [.. target.Select(side => side == -1 ? weight.Values.Length / known : side)] });
            return;
        }

        // A leading -1 is the batch: 0 keeps it, so that the model can be run with other batch sizes.
        var input = t.Read(op, "X");
        var rest = target.Skip(1).Aggregate(1, (product, side) => product * side);
        if (target is [-1, ..] && rest > 0 && rest * input.Shape[0] == FloatArray.LengthOf(input.Shape)) target = [0, .. target[1..]];
        t.Set(op, "Out", t.Builder.Reshape(input, target));
    }

    private static void Flatten(ProgramTranslation t, PaddleOperator op)
    {
        var start = op.Integer("start_axis", 1);
        var stop = op.Integer("stop_axis", -1);
        if (t.Pending(op, "X") is { } pending)
        {
            // Behind a pooled map the flattened convolution still takes the batch norm and the dropout's factor.
            if (pending.Flattened || (start == 1 && pending.Input.Shape is [_, _, 1, 1] && pending.Weights.Shape is [_, _, 1, 1]))
            {
                t.Set(op, "Out", pending with { Flattened = true });
                return;
            }
        }

        var input = t.Read(op, "X");
        var last = input.Shape.Length - 1;
        if (start != 1 || (stop != -1 && stop != last)) throw op.Error($"flattening {start} to {stop} of [{string.Join(',', input.Shape)}] is not translated.");
        t.Set(op, "Out", last == 1 ? input : t.Builder.Reshape(input, 0, -1));
    }

    private static void Scale(ProgramTranslation t, PaddleOperator op)
    {
        var (scale, bias) = (op.Number("scale", 1), op.Number("bias", 0));
        if (!op.Attributes.ContainsKey("bias_after_scale") || op.Flag("bias_after_scale")) bias *= 1;
        else bias *= scale;
        var value = t.Read(op, "X");
        if (scale != 1) value = t.Builder.Multiply(value, t.Builder.Constant(new FloatArray([1], [scale])));
        if (bias != 0) value = t.Builder.Add(value, t.Builder.Constant(new FloatArray([1], [bias])));
        t.Set(op, "Out", value);
    }
}
