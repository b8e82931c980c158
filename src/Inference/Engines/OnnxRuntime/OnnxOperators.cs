using System.Collections.Frozen;
using ShiTu.Inference.Ir;

namespace ShiTu.Inference.Engines.OnnxRuntime;

/// <summary>The operators that are translated.</summary>
internal static class OnnxOperators
{
    public static FrozenDictionary<string, Action<OnnxTranslation, IrNode>> Table { get; } = new Dictionary<string, Action<OnnxTranslation, IrNode>>
    {
        ["Convolution"] = ConvolutionOperators.Convolution,
        ["GroupConvolution"] = ConvolutionOperators.Convolution,
        ["ConvolutionBackpropData"] = ConvolutionOperators.Transposed,
        ["MaxPool"] = PoolingOperators.Maximum,
        ["AvgPool"] = PoolingOperators.Average,
        ["ReduceMean"] = PoolingOperators.Mean,
        ["ReduceSum"] = PoolingOperators.Sum,
        ["Add"] = Direct("Add", 2),
        ["Subtract"] = Direct("Sub", 2),
        ["Multiply"] = Direct("Mul", 2),
        ["Divide"] = Direct("Div", 2),
        ["Exp"] = Direct("Exp", 1),
        ["ReLU"] = Direct("Relu", 1),
        ["Sigmoid"] = Direct("Sigmoid", 1),
        ["HSwish"] = Direct("HardSwish", 1),
        ["HSigmoid"] = ActivationOperators.HalfSlopeSigmoid,
        ["HardSigmoid"] = ActivationOperators.HardSigmoid,
        ["PReLU"] = ActivationOperators.ParametricReLU,
        ["Clamp"] = ActivationOperators.Clamp,
        ["SoftMax"] = ActivationOperators.SoftMax,
        ["Softmax"] = ActivationOperators.SoftMax,
        ["FakeQuantize"] = FakeQuantization.Translate,
        ["Concat"] = ShapeOperators.Concat,
        ["Reshape"] = ShapeOperators.Reshape,
        ["Transpose"] = ShapeOperators.Transpose,
        ["Squeeze"] = ShapeOperators.Squeeze,
        ["Unsqueeze"] = Direct("Unsqueeze", 2),
        ["ShapeOf"] = Direct("Shape", 1),
        ["StridedSlice"] = ShapeOperators.StridedSlice,
        ["Convert"] = ShapeOperators.Convert,
        ["Interpolate"] = ResizeOperator.Interpolate,
        ["MatMul"] = MatrixOperator.Multiply,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>An operator with the same inputs and no attributes that matter.</summary>
    private static Action<OnnxTranslation, IrNode> Direct(string type, int inputs) => (translation, node) =>
    {
        node.ExpectInputs(inputs, inputs);
        if (node.Text("auto_broadcast", "numpy") is not ("numpy" or "none") and var broadcast) throw node.Error($"auto_broadcast {broadcast} is not translated.");
        translation.Emit(node, type, translation.Names(node));
    };
}
