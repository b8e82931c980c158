using ShiTu.Trainer.Devices;
using ShiTu.Trainer.Networks;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace ShiTu.Trainer.Export;

/// <summary>Writes the building blocks that both networks share, batch norm folded into the convolutions (<c>feature-model.md</c> 1.10).</summary>
internal static class NetworkLayers
{
    /// <summary>A convolution, its batch norm and its activation.</summary>
    public static IrValue Add(this IrBuilder builder, IrValue input, ConvNorm layer)
    {
        var (weight, bias) = layer.Fold();
        return builder.Activate(builder.Convolution(input, layer.Convolution, weight, bias), layer.Activation);
    }

    /// <summary>Depthwise stage, squeeze-excite, pointwise stage, shortcut.</summary>
    public static IrValue Add(this IrBuilder builder, IrValue input, LcBlock block)
    {
        var (weight, bias) = block.FoldDepthwise();
        var (kernel, stride) = (block.Shape.Kernel, block.Shape.Stride);
        var value = builder.Convolution(input, Array(weight), Values(bias), stride, (kernel - 1) / 2, block.Shape.Input);
        value = builder.Activate(value, block.Shape.Activation);
        if (block.Excite is { } excite)
        {
            var gate = builder.Relu(builder.Add(builder.GlobalAveragePool(value), excite.Reduce));
            value = builder.Multiply(value, builder.Activate(builder.Add(gate, excite.Expand), excite.Gate));
        }

        foreach (var pointwise in block.Pointwise) value = builder.Add(value, pointwise);
        return block.Shape.HasShortcut ? builder.Add(value, input) : value;
    }

    /// <summary>A convolution with a bias of its own.</summary>
    public static IrValue Add(this IrBuilder builder, IrValue input, Conv2d convolution) =>
        builder.Convolution(input, convolution, convolution.weight!.detach().clone(), convolution.bias!.detach().clone());

    public static IrValue Activate(this IrBuilder builder, IrValue input, Activation activation) => activation switch
    {
        Activation.None => input,
        Activation.Relu => builder.Relu(input),
        Activation.HardSwish => builder.HSwish(input),
        Activation.HardSigmoid => builder.HSigmoid(input),
        Activation.Sigmoid => builder.Sigmoid(input),
        Activation.LeakyRelu => builder.LeakyRelu(input, 0.1f),
        Activation.SlightlyLeakyRelu => builder.LeakyRelu(input, 0.01f),
        _ => throw new ArgumentOutOfRangeException(nameof(activation), activation, "This activation is not exported."),
    };

    /// <summary>Shape and values of a tensor, which is disposed.</summary>
    public static FloatArray Array(Tensor tensor)
    {
        using (tensor)
        {
            using var whole = Placement.ToMain(tensor);
            return new FloatArray([.. whole.shape.Select(side => checked((int)side))], whole.data<float>().ToArray());
        }
    }

    /// <summary>Values of a tensor, which is disposed.</summary>
    public static float[] Values(Tensor tensor) => Array(tensor).Values;

    // Stride, padding and groups are the module's; weight and bias, which are disposed, may differ from its own.
    private static IrValue Convolution(this IrBuilder builder, IrValue input, Conv2d module, Tensor weight, Tensor bias) =>
        builder.Convolution(input, Array(weight), Values(bias), (int)module.stride[0], (int)module.padding![0], (int)module.groups);
}
