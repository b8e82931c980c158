using System.Numerics.Tensors;
using System.Xml.Linq;
using ShiTu.Inference.Engines;
using ShiTu.Inference.Features;
using ShiTu.Inference.Imaging;
using ShiTu.Inference.Models;
using ShiTu.Trainer.Export;
using ShiTu.Trainer.Networks;
using ShiTu.Trainer.Quantization;
using ShiTu.Trainer.Tests.Export;
using Xunit;

namespace ShiTu.Trainer.Tests.Quantization;

public sealed class ModelQuantizationTests : IDisposable
{
    private const int Side = 64;
    private readonly string _root = Directory.CreateTempSubdirectory("shitu quantize ").FullName;

    private string Plain => Path.Combine(_root, "plain");

    private string Small => Path.Combine(_root, "small");

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_quantised_model_gives_nearly_the_same_embeddings(bool half)
    {
        using var network = RandomNetworks.Feature(new BackboneOptions());
        FeatureExport.Write(network, Plain, Side, half);
        var before = File.ReadAllBytes(Path.Combine(Plain, "model.xml"));
        var (manifest, layers) = ModelQuantization.Run(Plain, Small, [Noise(1), Noise(2), Noise(3)], TestContext.Current.CancellationToken);
        Assert.Equal("small", manifest.Name);
        Assert.Equal(before, File.ReadAllBytes(Path.Combine(Plain, "model.xml")));

        // Each convolution has its weights quantised; several read one tensor.
        var types = XDocument.Load(Path.Combine(Small, "model.xml")).Descendants("layer").Select(layer => (string)layer.Attribute("type")!).CountBy(type => type).ToDictionary();
        Assert.Equal(types["Convolution"] + types["GroupConvolution"] + types.GetValueOrDefault("MatMul"), layers);
        Assert.InRange(types["FakeQuantize"], layers + 1, 2 * layers);

        var (plain, quantised) = (Embed(Plain, Noise(4)), Embed(Small, Noise(4)));
        var cosine = TensorPrimitives.CosineSimilarity<float>(plain, quantised);
        Assert.InRange(cosine, 0.9f, 0.999999f);
        Assert.True(TensorPrimitives.CosineSimilarity<float>(plain, Embed(Small, Noise(5, dark: true))) < cosine);
    }

    [Fact]
    public void Weights_lie_on_255_levels_a_channel()
    {
        var builder = new IrBuilder("tiny");
        builder.Result("y", builder.Convolution(builder.Input("x", 1, 3, 2, 2), new FloatArray([2, 3, 1, 1], [0.5f, -1, 0.1f, 0, 0, 0]), null, 1, 0));
        builder.Write(Plain);
        ModelManifest.Write(Plain, "plain", ModelManifest.MainBody, new Preparation(2, 2, Interpolation.Linear, [0, 0, 0], [1, 1, 1]), ["y"], 0, [1]);
        ModelQuantization.Run(Plain, Small, [Noise(1)], TestContext.Current.CancellationToken);
        var file = new IrFile(Small);
        var weights = file.Source(Assert.Single(file.Layers("Convolution")), 1).Layer;
        Assert.Equal([-1, -1e-8f], file.Constant(file.Source(weights, 1))!);
        Assert.Equal([1, 1e-8f], file.Constant(file.Source(weights, 4))!);
        Assert.Equal("255", weights.Element("data")!.Attribute("levels")!.Value);
    }

    [Fact]
    public void A_tensors_range_is_the_mean_of_the_pictures_extremes()
    {
        var twice = new FloatArray([3, 3, 1, 1], [2, 0, 0, 0, 2, 0, 0, 0, 2]);
        var builder = new IrBuilder("tiny");
        builder.Result("y", builder.Convolution(builder.Relu(builder.Convolution(builder.Input("x", 1, 3, 2, 2), twice, null, 1, 0)), twice, null, 1, 0));
        builder.Write(Plain);
        ModelManifest.Write(Plain, "plain", ModelManifest.MainBody, new Preparation(2, 2, Interpolation.Linear, [0, 0, 0], [1, 1, 1]), ["y"], 0, [1]);
        ModelQuantization.Run(Plain, Small, [Grey(51), Grey(153)], TestContext.Current.CancellationToken);
        var file = new IrFile(Small);
        var highs = file.Layers("Convolution").Select(layer => file.Constant(file.Source(file.Source(layer, 0).Layer, 2))![0]).ToArray();

        // 51 / 255 and 153 / 255 have the mean 0.4; the first convolution doubles it.
        Assert.Equal(0.4f, highs[0], 1e-3f);
        Assert.Equal(0.8f, highs[1], 1e-3f);
    }

    [Theory]
    [InlineData(0, 2.55, 0, 2.55)]
    [InlineData(0.5, 2.55, 0, 2.55)]
    [InlineData(-1, 1.55, -1, 1.55)]
    [InlineData(-3, -1, -3, 0)]
    public void A_range_has_zero_as_one_of_its_levels(double least, double most, float low, float high)
    {
        var range = ValueRange.Of(least, most);
        Assert.Equal((low, high), (MathF.Round(range.Low, 4), MathF.Round(range.High, 4)));
        var zero = -range.Low / ((range.High - range.Low) / 255);
        Assert.Equal(MathF.Round(zero), zero, 1e-3f);
    }

    [Fact]
    public void A_model_cannot_be_quantised_without_pictures_or_layers()
    {
        using var network = RandomNetworks.Feature(new BackboneOptions());
        FeatureExport.Write(network, Plain, Side);
        Assert.Contains("no picture", Assert.Throws<ModelException>(() => ModelQuantization.Run(Plain, Small, [], TestContext.Current.CancellationToken)).Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Small));

        var empty = Path.Combine(_root, "empty");
        var builder = new IrBuilder("empty");
        builder.Result("y", builder.Relu(builder.Input("x", 1, 3, 2, 2)));
        builder.Write(empty);
        ModelManifest.Write(empty, "empty", ModelManifest.MainBody, new Preparation(2, 2, Interpolation.Linear, [0, 0, 0], [1, 1, 1]), ["y"], 0, [1]);
        Assert.Contains("no convolution", Assert.Throws<ModelException>(() => ModelQuantization.Run(empty, Small, [Noise(1)], TestContext.Current.CancellationToken)).Message, StringComparison.Ordinal);
    }

    private static float[] Embed(string folder, Picture picture)
    {
        using var engine = InferenceEngines.Open(folder, new EngineOptions { Engine = "onnxruntime", Threads = 1 });
        using var extractor = new FeatureExtractor(engine, ModelManifest.Read(folder));
        var vector = new float[extractor.Dimension];
        extractor.Extract(picture.View, [new PixelRect(0, 0, picture.Width, picture.Height)], vector);
        return vector;
    }

    private static Picture Grey(byte level) => new([.. Enumerable.Repeat(level, 12)], 2, 2, PixelOrder.Rgb);

    private static Picture Noise(int seed, bool dark = false)
    {
        var pixels = new byte[48 * 40 * 3];
        new Random(seed).NextBytes(pixels);
        return new Picture(dark ? [.. pixels.Select(sample => (byte)(sample / 8))] : pixels, 48, 40, PixelOrder.Rgb);
    }
}
