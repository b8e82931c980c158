using System.Globalization;
using ShiTu.Trainer.Detection.Export;
using ShiTu.Trainer.Detection.Networks;
using ShiTu.Trainer.Export;
using ShiTu.Trainer.Import.Translation;
using ShiTu.Trainer.Networks;

namespace ShiTu.Trainer.Import.Checkpoints;

/// <summary>Turns a training checkpoint (<c>.pdparams</c>) into a model folder: weights mapped by name onto our network of the same shapes, branches and batch norms folded.</summary>
internal static class CheckpointImport
{
    private const int FeatureSide = 224;
    private const int DetectorSide = 640;

    /// <summary>Imports a checkpoint.</summary>
    /// <param name="path">The checkpoint.</param>
    /// <param name="folder">The model folder to write.</param>
    /// <param name="network">One of <see cref="CheckpointNetwork.Names"/>, or null to recognise it.</param>
    /// <param name="input">Channels, height and width; null for upstream's.</param>
    /// <param name="halfWeights">Store weights in half precision.</param>
    /// <returns>What it was, a line for people.</returns>
    /// <exception cref="ImportException">The file is damaged, or its weights are not the network's.</exception>
    public static string Run(string path, string folder, string? network, int[]? input, bool halfWeights)
    {
        if (network is not null && !CheckpointNetwork.Names.Contains(network)) throw new ImportException($"--network {network}: there are {string.Join(", ", CheckpointNetwork.Names)}.");
        var weights = CheckpointWeights.Read(path);
        network ??= CheckpointNetwork.Recognise(weights);
        try
        {
            return network switch
            {
                CheckpointNetwork.FeatureV2 => FeatureV2(weights, folder, Side(input, FeatureSide), halfWeights),
                CheckpointNetwork.FeatureV1 => FeatureV1(weights, folder, Side(input, FeatureSide), halfWeights),
                _ => Detector(weights, folder, network, Side(input, DetectorSide), halfWeights),
            };
        }
        catch (ArgumentException error)
        {
            throw new ImportException($"{path}: {error.Message}", error);
        }
    }

    private static string FeatureV2(CheckpointWeights weights, string folder, int side, bool half)
    {
        using var trained = new FeatureNetwork(new BackboneOptions());

        // A checkpoint of the fused form has no branches; one of the training form also holds the fused convolutions, empty until the export (feature-model.md 1.9).
        var branches = weights.Any(IsBranch);
        using var network = branches ? trained : trained.Fuse();
        var unused = weights.Fill(network, CheckpointNetwork.FeatureV2, name => IsHead(name) || (branches && IsFused(name)));
        network.eval();
        return Said(FeatureExport.Write(network, folder, side, half).Dimension, CheckpointNetwork.FeatureV2, side, unused);
    }

    private static string FeatureV1(CheckpointWeights weights, string folder, int side, bool half)
    {
        using var network = new FeatureNetworkV1();
        var unused = weights.Fill(network, CheckpointNetwork.FeatureV1, IsHead);
        network.eval();
        return Said(FeatureExport.Write(network, folder, side, half).Dimension, CheckpointNetwork.FeatureV1, side, unused);
    }

    private static string Detector(CheckpointWeights weights, string folder, string preset, int side, bool half)
    {
        var shape = CheckpointNetwork.Detector(weights, preset);
        DetectorCut.CheckProjection(weights.ByName());
        using var network = new PicoDet(shape);
        var unused = weights.Fill(network, preset, name => name == "head.distribution_project.project" || name.EndsWith("_feat.scale_reg", StringComparison.Ordinal));
        network.eval();
        DetectorExport.Write(network, folder, side, half);
        return string.Create(CultureInfo.InvariantCulture, $"main-body detector, {preset} x{shape.Scale}, {side} x {side}{LeftOut(unused)}");
    }

    private static string Said(int dimension, string network, int side, IReadOnlyList<string> unused) =>
        $"feature model, {network}, {dimension} floats, {side} x {side}{LeftOut(unused)}";

    private static string LeftOut(IReadOnlyList<string> unused) => unused.Count == 0 ? "" : $"; not needed: {string.Join(", ", unused.Take(4))}{(unused.Count > 4 ? $" and {unused.Count - 4} more" : "")}";

    private static int Side(int[]? input, int upstream) => input switch
    {
        null => upstream,
        [3, var height, var width] when height == width => height,
        _ => throw new ImportException($"--input {string.Join(',', input)}: these networks take three channels and a square, as 3,{upstream},{upstream}."),
    };

    private static bool IsBranch(string name) => name.Contains(".dw_conv_list.", StringComparison.Ordinal);

    private static bool IsFused(string name) => name.EndsWith(".dw_conv.weight", StringComparison.Ordinal) || name.EndsWith(".dw_conv.bias", StringComparison.Ordinal);

    // The class head of training, and the backbone's own of its pretraining.
    private static bool IsHead(string name) => name.StartsWith("head.", StringComparison.Ordinal) || name.StartsWith("backbone.fc.", StringComparison.Ordinal);
}
