using ShiTu.Inference.Imaging;
using ShiTu.Inference.Models;
using ShiTu.Trainer.Detection.Networks;
using ShiTu.Trainer.Export;

namespace ShiTu.Trainer.Detection.Export;

/// <summary>Writes a trained detector as a model folder, cut at the four 33-channel maps: sigmoid, softmax and NMS are the agent's (detector.md 7).</summary>
public static class DetectorExport
{
    /// <summary>Writes <c>model.xml</c>, <c>model.bin</c> and <c>manifest.json</c>; batch norms are folded.</summary>
    /// <param name="network">The network; it is not changed.</param>
    /// <param name="folder">The model folder; its name becomes the model's.</param>
    /// <param name="side">Width and height of the network's input, a multiple of 32.</param>
    /// <param name="halfWeights">Store weights in half precision.</param>
    /// <exception cref="ArgumentException">The side is no multiple of 32, or the network has more than one class.</exception>
    public static ModelManifest Write(PicoDet network, string folder, int side = 416, bool halfWeights = true)
    {
        ArgumentNullException.ThrowIfNull(network);
        if (side < 64 || side % 32 != 0)
        {
            throw new ArgumentException($"An input of {side} pixels; a detector takes a multiple of 32, at least 64.", nameof(side));
        }

        if (network.Shape.Classes != 1)
        {
            throw new ArgumentException($"{network.Shape.Classes} classes; the agent's detector has one.", nameof(network));
        }

        var name = ExportFolder.NameOf(folder);
        var builder = new IrBuilder(name, halfWeights);
        var maps = Neck(builder, network.Neck, Backbone(builder, network.Backbone, builder.Input("image", 1, 3, side, side)));
        string[] outputs = [.. DetectorShape.Strides.Select(stride => $"stride{stride}")];
        for (var level = 0; level < maps.Length; level++)
        {
            var value = network.Head.Towers[level].Aggregate(maps[level], (x, layer) => builder.Add(x, layer));
            builder.Result(outputs[level], builder.Add(value, network.Head.Predictions[level]));
        }

        builder.Write(folder);
        return ModelManifest.Write(folder, name, ModelManifest.MainBody, Preparation.ImageNet(side, side, Interpolation.Cubic), outputs, 0, DetectorShape.Strides);
    }

    private static IrValue[] Backbone(IrBuilder builder, LcNet backbone, IrValue image)
    {
        var value = builder.Add(image, backbone.Stem);
        var maps = new List<IrValue>();
        foreach (var stage in backbone.Stages)
        {
            value = stage.Aggregate(value, (x, block) => builder.Add(x, block));
            maps.Add(value);
        }

        return [.. maps.TakeLast(3)];
    }

    private static IrValue[] Neck(IrBuilder builder, CspPan neck, IrValue[] maps)
    {
        var t = maps.Select((map, i) => builder.Add(map, neck.Lateral[i])).ToArray();
        var m4 = Csp(builder, neck.TopDown[0], builder.Upsample2(t[2]), t[1]);
        var p3 = Csp(builder, neck.TopDown[1], builder.Upsample2(m4), t[0]);
        var p4 = Csp(builder, neck.BottomUp[0], Pair(builder, neck.Down[0], p3), m4);
        var p5 = Csp(builder, neck.BottomUp[1], Pair(builder, neck.Down[1], p4), t[2]);
        return [p3, p4, p5, builder.Add(Pair(builder, neck.FirstTop, t[2]), Pair(builder, neck.SecondTop, p5))];
    }

    private static IrValue Csp(IrBuilder builder, CspLayer layer, IrValue first, IrValue second)
    {
        var joined = builder.Concat([first, second]);
        var main = Pair(builder, layer.Bottleneck, builder.Add(builder.Add(joined, layer.Main), layer.Squeeze));
        return builder.Add(builder.Concat([main, builder.Add(joined, layer.Short)]), layer.Final);
    }

    private static IrValue Pair(IrBuilder builder, DepthwisePair pair, IrValue input) => builder.Add(builder.Add(input, pair.Depthwise), pair.Pointwise);
}
