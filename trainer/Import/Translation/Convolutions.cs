using ShiTu.Trainer.Export;
using ShiTu.Trainer.Import.Program;

namespace ShiTu.Trainer.Import.Translation;

/// <summary>Convolutions and what becomes part of their weights.</summary>
internal static class Convolutions
{
    public static void Plain(ProgramTranslation t, PaddleOperator op)
    {
        Check(op);
        var weights = t.RequireWeight(op, "Filter");
        var (begin, end) = Pads(op);
        t.Set(op, "Output", new PendingConvolution(t.Read(op, "Input"), weights, null, op.Integers("strides"), begin, end, op.Integer("groups", 1), Transposed: false));
    }

    public static void Transposed(ProgramTranslation t, PaddleOperator op)
    {
        Check(op);
        if (op.Integer("groups", 1) != 1 || op.Integers("output_padding").Any(pad => pad != 0) || op.Integers("output_size").Length > 0) throw op.Error("groups, output padding and output size are not translated.");
        var (begin, end) = Pads(op);
        if (!begin.SequenceEqual(end)) throw op.Error("its paddings differ between the sides.");
        t.Set(op, "Output", new PendingConvolution(t.Read(op, "Input"), t.RequireWeight(op, "Filter"), null, op.Integers("strides"), begin, end, 1, Transposed: true));
    }

    public static void BatchNorm(ProgramTranslation t, PaddleOperator op)
    {
        var epsilon = (double)op.Number("epsilon", 1e-5f);
        var (gamma, beta) = (t.RequireWeight(op, "Scale").Values, t.RequireWeight(op, "Bias").Values);
        var (mean, variance) = (t.RequireWeight(op, "Mean").Values, t.RequireWeight(op, "Variance").Values);
        double Scale(int channel) => gamma[channel] / Math.Sqrt(variance[channel] + epsilon);
        double Shift(int channel) => beta[channel] - (mean[channel] * Scale(channel));
        if (t.Pending(op, "X") is { } pending)
        {
            if (pending.Channels != gamma.Length) throw op.Error($"{gamma.Length} channels of the batch norm do not fit {pending.Channels} of the convolution.");
            t.Set(op, "Y", pending.Then(Scale, Shift));
            return;
        }

        var channels = Enumerable.Range(0, gamma.Length);
        t.Set(op, "Y", t.Builder.ScaleShift(t.Read(op, "X"), [.. channels.Select(c => (float)Scale(c))], [.. channels.Select(c => (float)Shift(c))]));
    }

    public static void Add(ProgramTranslation t, PaddleOperator op)
    {
        if (t.Weight(op, "Y") is not { } weight)
        {
            t.Set(op, "Out", t.Builder.Add(t.Read(op, "X"), t.Read(op, "Y")));
            return;
        }

        if (t.Pending(op, "X") is { } pending && IsPerChannel(op, weight, pending.Channels))
        {
            t.Set(op, "Out", pending.Then(_ => 1, channel => weight.Values[channel]));
            return;
        }

        var input = t.Read(op, "X");
        t.Set(op, "Out", t.Builder.Add(input, Aligned(t, op, weight, input)));
    }

    public static void Multiply(ProgramTranslation t, PaddleOperator op)
    {
        var input = t.Read(op, "X");
        t.Set(op, "Out", t.Builder.Multiply(input, t.Weight(op, "Y") is { } weight ? Aligned(t, op, weight, input) : t.Read(op, "Y")));
    }

    /// <summary>At inference the identity, or times 1 - p: networks trained with the second form need it (<c>feature-model.md</c> 1.12).</summary>
    public static void Dropout(ProgramTranslation t, PaddleOperator op)
    {
        var factor = op.Text("dropout_implementation", op.Text("mode", "downgrade_in_infer")) == "downgrade_in_infer" ? 1 - (double)op.Number("dropout_prob", op.Number("p", 0.5f)) : 1;
        if (t.Pending(op, "X") is { } pending) t.Set(op, "Out", pending.Then(_ => factor, _ => 0));
        else t.Set(op, "Out", factor == 1 ? t.Read(op, "X") : t.Builder.Multiply(t.Read(op, "X"), t.Builder.Constant(new FloatArray([1], [(float)factor]))));
    }

    private static bool IsPerChannel(PaddleOperator op, FloatArray weight, int channels) =>
        weight.Values.Length == channels && (weight.Shape is [1, _, 1, 1] || (weight.Shape is [_] && op.Integer("axis", -1) == 1));

    // "axis" says which dimension of the left side the first of the right side stands at; IR aligns the last ones.
    private static IrValue Aligned(ProgramTranslation t, PaddleOperator op, FloatArray weight, IrValue input)
    {
        var axis = op.Integer("axis", -1);
        var behind = axis < 0 ? 0 : input.Shape.Length - axis - weight.Shape.Length;
        if (behind < 0) throw op.Error($"[{string.Join(',', weight.Shape)}] at axis {axis} does not fit [{string.Join(',', input.Shape)}].");
        return t.Builder.Constant(weight with { Shape = [.. weight.Shape, .. Enumerable.Repeat(1, behind)] });
    }

    private static void Check(PaddleOperator op)
    {
        op.Expect("data_format", "NCHW");
        op.Expect("padding_algorithm", "EXPLICIT");
        if (op.Integers("dilations").Any(dilation => dilation != 1)) throw op.Error("dilations are not translated.");
        if (op.Integers("strides") is not [_, _]) throw op.Error("two strides were expected.");
    }

    private static (int[] Begin, int[] End) Pads(PaddleOperator op) => op.Integers("paddings") switch
    {
        [var rows, var columns] => ([rows, columns], [rows, columns]),
        [var top, var bottom, var left, var right] => ([top, left], [bottom, right]),
        _ => throw op.Error("two or four paddings were expected."),
    };
}
