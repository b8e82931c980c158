using ShiTu.Trainer.Detection.Networks;

namespace ShiTu.Trainer.Import.Checkpoints;

/// <summary>Which of the networks that are imported by name a checkpoint is of.</summary>
internal static class CheckpointNetwork
{
    /// <summary>PP-ShiTuV2's feature model.</summary>
    public const string FeatureV2 = "shitu-v2";

    /// <summary>PP-ShiTuV1's feature model.</summary>
    public const string FeatureV1 = "shitu-v1";

    private const string Prediction = "head.head_cls0.weight";
    private const string DeepestMap = "backbone.blocks6.1.pw_conv.conv.weight";
    private static readonly double[] Scales = [0.25, 0.35, 0.5, 0.75, 1, 1.5, 2, 2.5];

    /// <summary>All names that <c>--network</c> takes.</summary>
    public static IReadOnlyList<string> Names { get; } = [FeatureV2, FeatureV1, DetectorShape.MainbodyLite.Preset, DetectorShape.PicodetLcnet.Preset];

    /// <summary>The network's name, from weights that only it has and, between the two detectors, from the width of the head.</summary>
    /// <exception cref="ImportException">It is none of them.</exception>
    public static string Recognise(CheckpointWeights weights)
    {
        if (weights.Shape(Prediction) is { Length: 4 } head)
        {
            return head[1] == DetectorShape.MainbodyLite.Channels ? DetectorShape.MainbodyLite.Preset
                : head[1] == DetectorShape.PicodetLcnet.Channels ? DetectorShape.PicodetLcnet.Preset
                : throw weights.Refuse($"a detector of {head[1]} channels; {DetectorShape.MainbodyLite.Preset} has {DetectorShape.MainbodyLite.Channels}, {DetectorShape.PicodetLcnet.Preset} {DetectorShape.PicodetLcnet.Channels}");
        }

        if (weights.Shape("backbone.stem.0.conv.weight") is not null) return FeatureV2;
        if (weights.Shape("backbone.last_conv.weight") is not null && weights.Shape("neck.fc.weight") is not null) return FeatureV1;
        throw weights.Refuse($"none of the networks that are imported by name ({string.Join(", ", Names)}); it begins with {weights.Beginning}");
    }

    /// <summary>The detector's options: the preset, at the backbone's scale.</summary>
    /// <exception cref="ImportException">More than one class, or a width that no scale has.</exception>
    public static DetectorShape Detector(CheckpointWeights weights, string preset)
    {
        var one = new DetectorShape().Outputs;
        if (weights.Shape(Prediction) is [var outputs, _, _, _] && outputs != one)
        {
            throw weights.Refuse($"{outputs} channels a prediction, which are {outputs - one + 1} classes; the main-body detector has one ({one} channels)");
        }

        if (weights.Shape(DeepestMap) is not [var channels, _, _, _]) throw weights.Refuse($"no {DeepestMap}, which tells the backbone's scale");
        var scale = Scales.FirstOrDefault(scale => LcNet.Round(512 * scale) == channels);
        return scale > 0 ? DetectorShape.Named(preset, scale) : throw weights.Refuse($"{DeepestMap} of {channels} channels; there are {string.Join(", ", Scales.Select(scale => LcNet.Round(512 * scale)))}");
    }
}
