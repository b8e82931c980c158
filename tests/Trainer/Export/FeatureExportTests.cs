using System.Numerics.Tensors;
using ShiTu.Inference.Engines;
using ShiTu.Inference.Models;
using ShiTu.Trainer.Export;
using ShiTu.Trainer.Networks;
using Xunit;
using static TorchSharp.torch;

namespace ShiTu.Trainer.Tests.Export;

public sealed class FeatureExportTests : IDisposable
{
    private const int Side = 96;
    private readonly string _folder = Path.Combine(Directory.CreateTempSubdirectory("shitu-export-").FullName, "general");

    public void Dispose() => Directory.Delete(Path.GetDirectoryName(_folder)!, recursive: true);

    [Theory]
    [InlineData("onnxruntime", false, false, 0.9999f)]
    [InlineData("onnxruntime", true, false, 0.9999f)]
    [InlineData("onnxruntime", false, true, 0.999f)]
    [InlineData("openvino", false, false, 0.9999f)]
    [InlineData("openvino", false, true, 0.999f)]
    public void The_exported_model_gives_the_networks_embeddings(string name, bool lastActivation, bool half, float least)
    {
        EngineUnderTest.SkipUnlessThere(name);
        using var network = RandomNetworks.Feature(new BackboneOptions(LastActivation: lastActivation));
        var manifest = FeatureExport.Write(network, _folder, Side, half);
        Assert.Equal("general", manifest.Name);
        Assert.NotNull(manifest.SelfTest);

        using var pictures = RandomNetworks.Pictures(2, Side);
        var expected = RandomNetworks.Run(() => network.forward(pictures));
        using var engine = InferenceEngines.Open(_folder, new EngineOptions { Engine = name, Precision = "f32", Threads = 1 });
        using var request = engine.CreateRequest(2);
        NetworkLayers.Values(pictures.clone()).CopyTo(request.Input(0));
        request.Run();
        for (var i = 0; i < 2; i++)
        {
            var row = request.Output(0).Slice(i * manifest.Dimension, manifest.Dimension);
            Assert.True(TensorPrimitives.CosineSimilarity(row, expected.AsSpan(i * manifest.Dimension, manifest.Dimension)) >= least);
        }

        // Two pictures differ by far more than the tolerance: the comparison can fail.
        Assert.True(TensorPrimitives.CosineSimilarity(expected.AsSpan(0, 512), expected.AsSpan(512, 512)) < 0.999f);
    }

    [Fact]
    public void The_exported_model_has_the_fused_parameters_and_no_others()
    {
        using var network = RandomNetworks.Feature(new BackboneOptions());
        FeatureExport.Write(network, _folder, Side);
        Assert.Equal(4_549_184, ModelWeights.Count(_folder));
    }
}
