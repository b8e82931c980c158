using System.Xml.Linq;
using ShiTu.Inference.Engines;
using ShiTu.Inference.Imaging;
using ShiTu.Inference.Models;
using ShiTu.Trainer.Export;

namespace ShiTu.Trainer.Quantization;

/// <summary>
/// Writes a model folder whose convolutions and matrix products read 8-bit values: FakeQuantize before each, for OpenVINO's int8 kernels. Activations have one
/// range a tensor, measured on pictures; weights one an output channel, symmetric. Nothing is trained.
/// </summary>
internal static class ModelQuantization
{
    private const int ActivationLevels = 256;
    private const int WeightLevels = 255;

    /// <summary>Quantises.</summary>
    /// <param name="folder">The model folder.</param>
    /// <param name="output">The folder to write; its name becomes the model's.</param>
    /// <param name="pictures">What ranges are measured on: some hundred pictures of the kind that the model will see.</param>
    /// <param name="token">Cancels.</param>
    /// <returns>The new manifest, and how many layers read 8-bit values.</returns>
    /// <exception cref="ModelException">The folder holds no model, or one without a layer to quantise.</exception>
    public static (ModelManifest Manifest, int Layers) Run(string folder, string output, IEnumerable<Picture> pictures, CancellationToken token)
    {
        var manifest = ModelManifest.Read(folder);

        // The agent's reader refuses what is damaged, with file and layer; IrFile then need not.
        InferenceEngines.Open(folder, new EngineOptions { Engine = "onnxruntime" }).Dispose();
        var file = new IrFile(folder);
        var readers = Readers(file);
        if (readers.Count == 0) throw new ModelException($"{folder}: no convolution or matrix product with constant weights in it.");
        var probed = new IrFile(folder);
        var ranges = RangeProbe.Measure(folder, [.. Tensors(Readers(probed))], probed, pictures, token);
        var quantised = Tensors(readers).Zip(ranges, (tensor, range) => (tensor, Value: Activation(file, tensor, range))).ToDictionary(pair => pair.tensor, pair => pair.Value);
        foreach (var reader in readers)
        {
            file.Connect(quantised[reader.Data], reader.Layer, 0);
            file.Connect(Weights(file, reader), reader.Layer, 1);
        }

        file.Write(output);
        var written = ModelManifest.Write(output, ExportFolder.NameOf(output), manifest.Kind, manifest.Preparation, manifest.Outputs, manifest.Dimension, manifest.Strides);
        return (manifest.Kind == ModelManifest.FeatureKind ? ModelSelfTest.Record(output) : written, readers.Count);
    }

    private static List<Reader> Readers(IrFile file) =>
        [.. from layer in file.Layers("Convolution", "GroupConvolution", "MatMul")
            let weights = file.Source(layer, 1)
            let values = file.Constant(weights)
            where values is not null
            select new Reader(layer, file.Source(layer, 0), weights, values)];

    private static IEnumerable<IrPort> Tensors(IEnumerable<Reader> readers) => readers.Select(reader => reader.Data).Distinct();

    private static IrPort Activation(IrFile file, IrPort tensor, ValueRange range) => FakeQuantize(file, tensor, ActivationLevels, [range.Low], [range.High], []);

    private static IrPort Weights(IrFile file, Reader reader)
    {
        var shape = reader.Weights.Shape;

        // The channels of a matrix product are its last or its first axis, as the layer says: one range for all of it spares the question.
        var axes = (string?)reader.Layer.Attribute("type") switch { "Convolution" => 1, "GroupConvolution" => 2, _ => 0 };
        int[] channels = [.. shape.Select((side, axis) => axis < axes ? side : 1)];
        var count = channels.Aggregate(1, (product, side) => product * side);
        var each = reader.Values.Length / count;
        var high = Enumerable.Range(0, count).Select(channel => MathF.Max(1e-8f, reader.Values.AsSpan(channel * each, each).ToArray().Max(MathF.Abs))).ToArray();
        return FakeQuantize(file, reader.Weights, WeightLevels, [.. high.Select(value => -value)], high, channels);
    }

    private static IrPort FakeQuantize(IrFile file, IrPort tensor, int levels, float[] low, float[] high, int[] shape)
    {
        var (least, most) = (file.AddConstant(low, shape), file.AddConstant(high, shape));
        return file.Add("FakeQuantize", new XElement("data", new XAttribute("levels", levels), new XAttribute("auto_broadcast", "numpy")), [tensor, least, most, least, most], tensor.Shape);
    }

    /// <summary>A layer that multiplies data by constant weights.</summary>
    private sealed record Reader(XElement Layer, IrPort Data, IrPort Weights, float[] Values);
}
