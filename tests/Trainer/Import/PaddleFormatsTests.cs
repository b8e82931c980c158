using ShiTu.Inference.Engines;
using ShiTu.Inference.Models;
using ShiTu.Trainer.Detection.Networks;
using ShiTu.Trainer.Import;
using ShiTu.Trainer.Networks;
using ShiTu.Trainer.Tests.Export;
using Xunit;
using static TorchSharp.torch;

namespace ShiTu.Trainer.Tests.Import;

/// <summary>Our networks, written in Paddle's two formats by a script that shares no code with the importer, come back and give what they gave.</summary>
public sealed class PaddleFormatsTests : IDisposable
{
    private const int Side = 64;
    private const float Tolerance = 1e-5f;
    private readonly string _folder = Directory.CreateTempSubdirectory("shitu paddle-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("shitu-v2", 4)]
    [InlineData("shitu-v1", 3)]
    [InlineData("mainbody-lite", 2)]
    [InlineData("picodet-lcnet", 4)]
    public void A_network_comes_back_from_a_checkpoint_and_from_a_program_with_equal_outputs(string kind, int protocol)
    {
        random.manual_seed(7);
        using var network = Make(kind);
        RandomNetworks.Shake(network);
        PaddleWriter.Write(network, kind, Side, protocol, _folder);
        using var pictures = RandomNetworks.Pictures(1, Side);
        var picture = RandomNetworks.Run(() => pictures.clone());
        float[][] expected = network is PicoDet detector
            ? [.. Enumerable.Range(0, 4).Select(level => RandomNetworks.Run(() => detector.forward(pictures)[level]))]
            : [RandomNetworks.Run(() => ((nn.Module<Tensor, Tensor>)network).forward(pictures))];

        var checkpoint = Path.Combine(_folder, "checkpoint");
        var said = ModelImport.Run(Path.Combine(_folder, "model.pdparams"), checkpoint, [3, Side, Side]);
        Assert.Contains(kind, said, StringComparison.Ordinal);
        Assert.Contains("not needed: ", said, StringComparison.Ordinal);
        Equal(expected, Outputs(checkpoint, picture));

        var program = Path.Combine(_folder, "program");
        ModelImport.Run(_folder, program);
        Equal(expected, Outputs(program, picture));

        var (one, other) = (ModelManifest.Read(checkpoint), ModelManifest.Read(program));
        Assert.Equal((one.Kind, one.Dimension, Side), (other.Kind, other.Dimension, other.Preparation.Width));
        Assert.Equal(one.Strides, other.Strides);
        Assert.Equal(network is PicoDet, one.SelfTest is null);
    }

    [Fact]
    public void A_checkpoint_that_is_cut_anywhere_is_refused_and_nothing_is_written()
    {
        using var network = Make("picodet-lcnet");
        PaddleWriter.Write(network, "picodet-lcnet", Side, 2, _folder);
        var bytes = File.ReadAllBytes(Path.Combine(_folder, "model.pdparams"));
        var cut = Path.Combine(_folder, "cut.pdparams");
        for (var length = 0; length < bytes.Length; length += bytes.Length / 23)
        {
            File.WriteAllBytes(cut, bytes[..length]);
            Assert.Throws<ImportException>(() => ModelImport.Run(cut, Path.Combine(_folder, "model")));
        }

        Assert.False(Directory.Exists(Path.Combine(_folder, "model")));
    }

    private static nn.Module Make(string kind) => kind switch
    {
        "shitu-v2" => new FeatureNetwork(new BackboneOptions()),
        "shitu-v1" => new FeatureNetworkV1(),
        _ => new PicoDet(DetectorShape.Named(kind, 0.5)),
    };

    private static float[][] Outputs(string folder, float[] picture)
    {
        using var engine = InferenceEngines.Open(folder, new EngineOptions { Engine = "onnxruntime" });
        using var request = engine.CreateRequest(1);
        picture.CopyTo(request.Input(0));
        request.Run();
        return [.. Enumerable.Range(0, request.Outputs.Count).Select(output => request.Output(output).ToArray())];
    }

    private static void Equal(float[][] expected, float[][] actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        foreach (var (wanted, given) in expected.Zip(actual))
        {
            Assert.Equal(wanted.Length, given.Length);
            var largest = wanted.Max(MathF.Abs);
            Assert.True(wanted.Max() - wanted.Min() > 0.01f * largest, "the outputs are all alike: they would hide a difference");
            for (var i = 0; i < wanted.Length; i++) Assert.Equal(wanted[i], given[i], Tolerance * MathF.Max(1, largest));
        }
    }
}
