using ShiTu.Inference.Imaging;
using ShiTu.Inference.Models;
using ShiTu.Trainer.Export;
using ShiTu.Trainer.Import.Checkpoints;
using ShiTu.Trainer.Import.Program;
using ShiTu.Trainer.Import.Translation;

namespace ShiTu.Trainer.Import;

/// <summary>Turns PaddlePaddle's deployed models and checkpoints into model folders of ours.</summary>
public static class ModelImport
{
    private static readonly int[] Strides = [8, 16, 32, 64];

    /// <summary>Imports a program and its weights, or a checkpoint.</summary>
    /// <param name="source">The folder that holds <c>inference.pdmodel</c> or <c>inference.json</c>, or that file, with <c>.pdiparams</c> beside it; or a checkpoint, <c>.pdparams</c>.</param>
    /// <param name="folder">Where <c>model.xml</c> and <c>model.bin</c> are written, and the manifest of a detector or feature model.</param>
    /// <param name="input">Channels, height and width, where the program leaves them open, and of a checkpoint's network where they are not upstream's; else null.</param>
    /// <param name="halfWeights">Store weights in half precision.</param>
    /// <param name="network">The checkpoint's network, <c>shitu-v2</c>, <c>shitu-v1</c>, <c>mainbody-lite</c> or <c>picodet-lcnet</c>; null to recognise it.</param>
    /// <returns>What it was, a line for people.</returns>
    /// <exception cref="ImportException">A file is damaged, an operator is not translated, or a checkpoint's weights are not the network's.</exception>
    public static string Run(string source, string folder, int[]? input = null, bool halfWeights = false, string? network = null)
    {
        if (Path.GetExtension(source) == ".pdparams") return CheckpointImport.Run(source, folder, network, input, halfWeights);
        if (network is not null) throw new ImportException($"--network {network} is for checkpoints (.pdparams); a program brings its network along.");
        var path = Locate(source);
        var program = Path.GetExtension(path) == ".json" ? PirReader.Read(path) : ProgramReader.Read(path);
        var tensors = ParameterStream.Read(Path.ChangeExtension(path, ".pdiparams"), program.Weights);
        return Write(program, tensors, folder, input, halfWeights);
    }

    /// <summary>Imports a program whose weights were read already.</summary>
    internal static string Write(PaddleProgram program, IReadOnlyList<NamedTensor> tensors, string folder, int[]? input, bool halfWeights)
    {
        var weights = tensors.ToDictionary(tensor => tensor.Name, StringComparer.Ordinal);
        var name = ExportFolder.NameOf(folder);
        var builder = new IrBuilder(name, halfWeights);
        int[] shape = input is null ? [1, 3, 0, 0] : [1, .. input];
        if (DetectorCut.Find(program, weights) is { } cut)
        {
            var names = Strides.Select(stride => $"predictions_{stride}").ToArray();
            var maps = ProgramTranslation.Translate(program, weights, builder, shape, [.. ByStride(program, cut).Zip(names)]);
            var (height, width) = (maps[0][2] * Strides[0], maps[0][3] * Strides[0]);
            builder.Write(folder);
            ModelManifest.Write(folder, name, ModelManifest.MainBody, Preparation.ImageNet(width, height, Interpolation.Cubic), names, 0, Strides);
            return $"main-body detector, {cut.Variant}, {width} x {height}";
        }

        var fetched = program.Operators.Where(op => op.Type == "fetch").Select(op => op.Input("X")).ToArray();
        if (fetched.Length == 0) throw new ImportException("the program fetches no output.");
        var outputs = fetched.Length == 1 ? [(fetched[0], "features")] : fetched.Select((variable, i) => (variable, $"output_{i}")).ToArray();
        var shapes = ProgramTranslation.Translate(program, weights, builder, shape, outputs);
        builder.Write(folder);
        if (shapes is not [[1, var dimension]] || program.Operators.Any(op => op.Type == "softmax")) return $"a network with {shapes.Count} outputs, [{string.Join("], [", shapes.Select(side => string.Join(',', side)))}]; no manifest, as it is neither a detector nor a feature model";
        var picture = PictureSize(program, shape);
        ModelManifest.Write(folder, name, ModelManifest.FeatureKind, Preparation.ImageNet(picture.Width, picture.Height, Interpolation.Linear), ["features"], dimension, []);
        ModelSelfTest.Record(folder);
        return $"feature model, {dimension} floats, {picture.Width} x {picture.Height}";
    }

    private static string Locate(string source)
    {
        if (!Directory.Exists(source)) return source;
        foreach (var name in new[] { "inference.pdmodel", "inference.json" })
        {
            if (File.Exists(Path.Combine(source, name))) return Path.Combine(source, name);
        }

        throw new ImportException($"{source}: holds neither inference.pdmodel nor inference.json.");
    }

    // Programs may compute the levels in any order: the finest map comes from the convolution whose declared output is largest.
    private static IEnumerable<string> ByStride(PaddleProgram program, DetectorCut cut) =>
        cut.Variables.OrderByDescending(variable => program.Variables.TryGetValue(variable, out var known) && known.Dims.Count == 4 ? known.Dims[2] : 0);

    private static (int Width, int Height) PictureSize(PaddleProgram program, int[] shape)
    {
        var feed = program.Operators.First(op => op.Type is "feed" or "data").Output("Out");
        var dims = program.Variables.TryGetValue(feed, out var known) ? known.Dims : [];
        int Side(int axis) => dims.Count == 4 && dims[axis] > 0 ? (int)dims[axis] : shape[axis];
        return (Side(3), Side(2));
    }
}
