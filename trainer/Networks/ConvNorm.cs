using ShiTu.Trainer.Kernels;
using ShiTu.Trainer.Ranks;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace ShiTu.Trainer.Networks;

/// <summary>A convolution without bias, zero padding (k - 1) / 2 on each side, batch norm, activation (feature-model.md 1.2).</summary>
public sealed class ConvNorm : nn.Module<Tensor, Tensor>
{
    // TorchSharp frees a number that nobody holds even while libtorch reads it.
    private static readonly Scalar Tenth = 0.1;
    private static readonly Scalar Hundredth = 0.01;

    /// <summary>Makes one with Kaiming-normal weights (fan-in), gamma 1 and beta 0.</summary>
    /// <param name="input">Input channels.</param>
    /// <param name="output">Output channels.</param>
    /// <param name="kernel">Kernel side, odd.</param>
    /// <param name="stride">Stride.</param>
    /// <param name="groups">Groups; equal to <paramref name="input"/> for a depthwise convolution.</param>
    /// <param name="activation">What follows the batch norm.</param>
    public ConvNorm(int input, int output, int kernel, int stride = 1, int groups = 1, Activation activation = Activation.Relu)
        : base(nameof(ConvNorm))
    {
        Convolution = nn.Conv2d(input, output, kernel, stride: stride, padding: (kernel - 1) / 2, groups: groups, bias: false);
        Norm = nn.BatchNorm2d(output);
        Activation = activation;
        InitialWeights.KaimingNormal(Convolution);
        register_module("conv", Convolution);
        register_module("bn", Norm);
    }

    /// <summary>The convolution.</summary>
    public Conv2d Convolution { get; }

    /// <summary>The batch norm, epsilon 1e-5, momentum 0.1.</summary>
    public BatchNorm2d Norm { get; }

    /// <summary>What follows the batch norm.</summary>
    public Activation Activation { get; }

    /// <summary>Kernel and bias of the one convolution that equals this module in evaluation (feature-model.md 1.10); the caller owns both.</summary>
    public (Tensor Weight, Tensor Bias) Fold()
    {
        using var nograd = no_grad();
        using var scope = NewDisposeScope();
        var scale = Norm.weight! / (Norm.running_var! + 1e-5).sqrt();
        var weight = Convolution.weight! * scale.reshape(-1, 1, 1, 1);
        var bias = Norm.bias! - (Norm.running_mean! * scale);
        return (weight.MoveToOuterDisposeScope(), bias.MoveToOuterDisposeScope());
    }

    /// <inheritdoc/>
    public override Tensor forward(Tensor x) => Activate(SharedNorm.Run(Norm, TrainingConvolution.Run(Convolution, x, Norm.training)), Activation);

    /// <summary>Applies <paramref name="activation"/> in place.</summary>
    internal static Tensor Activate(Tensor x, Activation activation) => activation switch
    {
        Activation.Relu => x.relu_(),
        Activation.HardSwish => nn.functional.hardswish(x),
        Activation.HardSigmoid => nn.functional.hardsigmoid(x),
        Activation.Sigmoid => x.sigmoid_(),
        Activation.LeakyRelu => x.leaky_relu(Tenth),
        Activation.SlightlyLeakyRelu => x.leaky_relu(Hundredth),
        _ => x,
    };
}
