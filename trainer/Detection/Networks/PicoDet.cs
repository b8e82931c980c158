using TorchSharp;
using static TorchSharp.torch;

namespace ShiTu.Trainer.Detection.Networks;

/// <summary>The main-body detector: backbone, neck and head; four maps [N,33,h,w] at strides 8, 16, 32, 64 (detector.md 1).</summary>
public sealed class PicoDet : nn.Module<Tensor, Tensor[]>
{
    /// <summary>Makes one with starting weights from torch's generator.</summary>
    public PicoDet(DetectorShape shape)
        : base(nameof(PicoDet))
    {
        Shape = shape;
        Backbone = new LcNet(shape.Scale);
        Neck = new CspPan(shape, [.. Backbone.Channels.Skip(1)]);
        Head = new PicoHead(shape);
        register_module("backbone", Backbone);
        register_module("neck", Neck);
        register_module("head", Head);
    }

    /// <summary>The options it was made with.</summary>
    public DetectorShape Shape { get; }

    /// <summary>The backbone.</summary>
    public LcNet Backbone { get; }

    /// <summary>The neck.</summary>
    public CspPan Neck { get; }

    /// <summary>The head.</summary>
    public PicoHead Head { get; }

    /// <summary>Runs [N,3,H,W] normalised pictures; H and W are multiples of 32.</summary>
    public override Tensor[] forward(Tensor x) => Head.forward(Neck.forward(Backbone.forward(x)[1..]));
}
