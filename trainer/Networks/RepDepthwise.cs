using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace ShiTu.Trainer.Networks;

/// <summary>
/// A re-parametrised depthwise stage: in training parallel branches k, k-2, … 1 (the last only at stride 1), each convolution and
/// batch norm, summed, ReLU; fused, one k x k convolution with bias, ReLU (feature-model.md 1.2, 1.10).
/// </summary>
public sealed class RepDepthwise : nn.Module<Tensor, Tensor>
{
    private readonly ModuleList<ConvNorm>? _branches;
    private readonly Conv2d? _fused;

    /// <summary>Makes the training form.</summary>
    /// <param name="channels">Channels in and out.</param>
    /// <param name="kernel">Largest kernel, odd.</param>
    /// <param name="stride">Stride of every branch.</param>
    public RepDepthwise(int channels, int kernel, int stride)
        : base(nameof(RepDepthwise))
    {
        (Channels, Kernel, Stride) = (channels, kernel, stride);
        var branches = new List<ConvNorm>();
        for (var k = kernel; k >= 1; k -= 2)
        {
            if (k > 1 || stride == 1)
            {
                branches.Add(new ConvNorm(channels, channels, k, stride, channels, Activation.None));
            }
        }

        _branches = nn.ModuleList([.. branches]);
        register_module("dw_conv_list", _branches);
    }

    private RepDepthwise(RepDepthwise trained)
        : base(nameof(RepDepthwise))
    {
        (Channels, Kernel, Stride) = (trained.Channels, trained.Kernel, trained.Stride);
        _fused = nn.Conv2d(Channels, Channels, Kernel, stride: Stride, padding: (Kernel - 1) / 2, groups: Channels, bias: true);
        var (weight, bias) = trained.Fold();
        using var nograd = no_grad();
        _fused.weight!.copy_(weight);
        _fused.bias!.copy_(bias);
        weight.Dispose();
        bias.Dispose();
        register_module("dw_conv", _fused);
    }

    /// <summary>Channels in and out.</summary>
    public int Channels { get; }

    /// <summary>Side of the fused kernel.</summary>
    public int Kernel { get; }

    /// <summary>Stride.</summary>
    public int Stride { get; }

    /// <summary>The training branches, largest kernel first; empty in the fused form.</summary>
    public IReadOnlyList<ConvNorm> Branches => _branches is null ? [] : [.. _branches];

    /// <summary>Sums kernels (zero-padded to the largest) and biases of all branches; the caller owns both.</summary>
    public (Tensor Weight, Tensor Bias) Fold()
    {
        using var nograd = no_grad();
        if (_fused is not null)
        {
            return (_fused.weight!.clone(), _fused.bias!.clone());
        }

        using var scope = NewDisposeScope();
        var weight = zeros(Channels, 1, Kernel, Kernel);
        var bias = zeros(Channels);
        foreach (var branch in Branches)
        {
            var (w, b) = branch.Fold();
            var edge = (Kernel - w.shape[2]) / 2;
            weight += nn.functional.pad(w, [edge, edge, edge, edge]);
            bias += b;
        }

        return (weight.MoveToOuterDisposeScope(), bias.MoveToOuterDisposeScope());
    }

    /// <summary>The fused form with the same values in evaluation.</summary>
    public RepDepthwise Fuse() => new(this);

    /// <inheritdoc/>
    public override Tensor forward(Tensor x)
    {
        if (_fused is not null)
        {
            return _fused.forward(x).relu_();
        }

        Tensor? sum = null;
        foreach (var branch in _branches!)
        {
            var y = branch.forward(x);
            sum = sum is null ? y : sum.add_(y);
        }

        return sum!.relu_();
    }
}
