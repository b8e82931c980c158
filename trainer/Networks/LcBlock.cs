using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace ShiTu.Trainer.Networks;

/// <summary>One block of PP-LCNetV2: depthwise stage, squeeze-excite, pointwise stage, shortcut (feature-model.md 1.2).</summary>
public sealed class LcBlock : nn.Module<Tensor, Tensor>
{
    /// <summary>Makes a block in its training form.</summary>
    public LcBlock(LcBlockShape shape)
        : base(nameof(LcBlock))
    {
        Shape = shape;
        Depthwise = shape.Branches
            ? new RepDepthwise(shape.Input, shape.Kernel, shape.Stride)
            : new ConvNorm(shape.Input, shape.Input, shape.Kernel, shape.Stride, shape.Input, shape.Activation);
        Excite = shape.Excite ? new SqueezeExcite(shape.Input, shape.Gate) : null;
        Pointwise = shape.Split
            ? [new ConvNorm(shape.Input, shape.Output / 2, 1, activation: shape.Activation), new ConvNorm(shape.Output / 2, shape.Output, 1, activation: shape.Activation)]
            : [new ConvNorm(shape.Input, shape.Output, 1, activation: shape.Activation)];
        Register();
    }

    private LcBlock(LcBlock trained)
        : base(nameof(LcBlock))
    {
        Shape = trained.Shape;
        Depthwise = trained.Depthwise is RepDepthwise rep ? rep.Fuse() : trained.Depthwise;
        Excite = trained.Excite;
        Pointwise = trained.Pointwise;
        Register();
    }

    /// <summary>Its numbers.</summary>
    public LcBlockShape Shape { get; }

    /// <summary>A <see cref="RepDepthwise"/> or a depthwise <see cref="ConvNorm"/>.</summary>
    public nn.Module<Tensor, Tensor> Depthwise { get; }

    /// <summary>The squeeze-excite, where the block has one.</summary>
    public SqueezeExcite? Excite { get; }

    /// <summary>One or two 1x1 convolutions.</summary>
    public IReadOnlyList<ConvNorm> Pointwise { get; }

    /// <summary>A block that shares every module but the depthwise branches, which are one convolution.</summary>
    public LcBlock Fuse() => new(this);

    /// <summary>Kernel and bias of the depthwise stage as one convolution; the caller owns both.</summary>
    public (Tensor Weight, Tensor Bias) FoldDepthwise() => Depthwise is RepDepthwise rep ? rep.Fold() : ((ConvNorm)Depthwise).Fold();

    /// <inheritdoc/>
    public override Tensor forward(Tensor x)
    {
        var y = Depthwise.forward(x);
        y = Excite is null ? y : Excite.forward(y);
        foreach (var convolution in Pointwise)
        {
            y = convolution.forward(y);
        }

        return Shape.HasShortcut ? y + x : y;
    }

    private void Register()
    {
        if (Depthwise is RepDepthwise rep)
        {
            foreach (var (name, module) in rep.named_children())
            {
                register_module(name, module);
            }
        }
        else
        {
            register_module("dw_conv", Depthwise);
        }

        if (Excite is not null)
        {
            register_module("se", Excite);
        }

        if (Pointwise.Count == 1)
        {
            register_module("pw_conv", Pointwise[0]);
        }
        else
        {
            register_module("pw_conv_1", Pointwise[0]);
            register_module("pw_conv_2", Pointwise[1]);
        }
    }
}
