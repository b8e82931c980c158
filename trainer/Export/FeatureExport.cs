using ShiTu.Inference.Imaging;
using ShiTu.Inference.Models;
using ShiTu.Trainer.Networks;
using static TorchSharp.torch;

namespace ShiTu.Trainer.Export;

/// <summary>Writes a trained feature network as a model folder.</summary>
public static class FeatureExport
{
    private const string Output = "features";

    /// <summary>Writes <c>model.xml</c>, <c>model.bin</c> and <c>manifest.json</c> with the self-test's embedding. Branches, batch norms, dropout's factor and neck are folded (<c>feature-model.md</c> 1.10).</summary>
    /// <param name="network">The network; it is not changed.</param>
    /// <param name="folder">The model folder; its name becomes the model's.</param>
    /// <param name="side">Width and height of the pictures it takes, pixels.</param>
    /// <param name="halfWeights">Store weights in half precision.</param>
    public static ModelManifest Write(FeatureNetwork network, string folder, int side = 224, bool halfWeights = false)
    {
        ArgumentNullException.ThrowIfNull(network);
        var (name, backbone) = (ExportFolder.NameOf(folder), network.Backbone);
        var builder = new IrBuilder(name, halfWeights);
        var value = Blocks(builder, side, backbone.Entry, backbone.Blocks);
        value = builder.GlobalAveragePool(value);
        var (scale, shift) = network.Neck.Fold();
        value = backbone.LastActivation ? WithActivation(builder, value, backbone, scale, shift) : Folded(builder, value, backbone, scale, shift);
        return Finish(builder, builder.Reshape(value, 0, -1), folder, name, side);
    }

    /// <summary>The same for PP-ShiTuV1's network; dropout's factor is folded into its neck.</summary>
    /// <param name="network">The network; it is not changed.</param>
    /// <param name="folder">The model folder; its name becomes the model's.</param>
    /// <param name="side">Width and height of the pictures it takes, pixels.</param>
    /// <param name="halfWeights">Store weights in half precision.</param>
    public static ModelManifest Write(FeatureNetworkV1 network, string folder, int side = 224, bool halfWeights = false)
    {
        ArgumentNullException.ThrowIfNull(network);
        var (name, backbone) = (ExportFolder.NameOf(folder), network.Backbone);
        var builder = new IrBuilder(name, halfWeights);
        var value = Blocks(builder, side, backbone.Entry, backbone.Blocks);
        var last = NetworkLayers.Array(backbone.LastConvolution.weight!.detach().clone());
        value = builder.HSwish(builder.Convolution(builder.GlobalAveragePool(value), last, null, 1, 0));
        using var nograd = no_grad();
        var weight = NetworkLayers.Array(network.Projection.weight! * PpLcNet.DropoutScale);
        var bias = NetworkLayers.Values(network.Projection.bias!.clone());
        return Finish(builder, builder.Linear(builder.Reshape(value, 0, -1), weight, bias), folder, name, side);
    }

    private static IrValue Blocks(IrBuilder builder, int side, ConvNorm entry, IReadOnlyList<LcBlock> blocks) =>
        blocks.Aggregate(builder.Add(builder.Input("image", 1, 3, side, side), entry), (value, block) => builder.Add(value, block));

    private static ModelManifest Finish(IrBuilder builder, IrValue features, string folder, string name, int side)
    {
        builder.Result(Output, features);
        builder.Write(folder);
        ModelManifest.Write(folder, name, ModelManifest.FeatureKind, Preparation.ImageNet(side, side, Interpolation.Linear), [Output], features.Shape[1], []);
        return ModelSelfTest.Record(folder);
    }

    // W' = d s W, b' = d s b + shift, with dropout's factor d and the neck's scale s.
    private static IrValue Folded(IrBuilder builder, IrValue value, PpLcNetV2 backbone, Tensor scale, Tensor shift)
    {
        using var nograd = no_grad();
        using var scope = TorchSharp.torch.NewDisposeScope();
        var factor = scale * backbone.DropoutScale;
        var weight = backbone.LastConvolution.weight! * factor.reshape(-1, 1, 1, 1);
        var bias = (backbone.LastConvolution.bias! * factor) + shift;
        scale.Dispose();
        shift.Dispose();
        return builder.Convolution(value, NetworkLayers.Array(weight), NetworkLayers.Values(bias), 1, 0);
    }

    private static IrValue WithActivation(IrBuilder builder, IrValue value, PpLcNetV2 backbone, Tensor scale, Tensor shift)
    {
        value = builder.Relu(builder.Add(value, backbone.LastConvolution));
        return builder.ScaleShift(value, NetworkLayers.Values(scale.mul_(backbone.DropoutScale)), NetworkLayers.Values(shift));
    }
}
