using ShiTu.Inference.Engines;
using ShiTu.Trainer.Detection.Data;
using ShiTu.Trainer.Detection.Export;
using ShiTu.Trainer.Detection.Networks;
using ShiTu.Trainer.Networks;
using ShiTu.Trainer.Tests.Export;
using Xunit;
using static TorchSharp.torch;

namespace ShiTu.Trainer.Tests.Detection;

/// <summary>The exported model in the agent's engine against the network it was made from.</summary>
public sealed class DetectorExportTests : IDisposable
{
    private readonly string _folder = Path.Combine(Path.GetTempPath(), $"det-{Guid.NewGuid():N}");

    [Theory]
    [InlineData("mainbody-lite", "onnxruntime")]
    [InlineData("picodet-lcnet", "onnxruntime")]
    [InlineData("mainbody-lite", "openvino")]
    [InlineData("picodet-lcnet", "openvino")]
    public void The_engine_gives_the_network_s_maps(string preset, string name)
    {
        EngineUnderTest.SkipUnlessThere(name);
        const int Side = 96;
        random.manual_seed(1);
        using var network = new PicoDet(DetectorShape.Named(preset, 0.25));
        var pixels = new byte[Side * Side * 3];
        new Random(2).NextBytes(pixels);
        using var scope = NewDisposeScope();
        network.train();
        network.forward(NetworkInput.Normalize([.. pixels, .. pixels.Reverse()], 2, Side)); // statistics that are not 0 and 1
        network.eval();
        var input = NetworkInput.Normalize(pixels, 1, Side);
        using var nograd = no_grad();
        var expected = network.forward(input);
        var manifest = DetectorExport.Write(network, _folder, Side, halfWeights: false);
        using var engine = InferenceEngines.Open(_folder, new EngineOptions { Engine = name, Precision = "f32" });
        using var request = engine.CreateRequest(1);
        input.contiguous().data<float>().ToArray().CopyTo(request.Input(0));
        request.Run();
        Assert.Equal(["stride8", "stride16", "stride32", "stride64"], manifest.Outputs);
        for (var level = 0; level < 4; level++)
        {
            var (a, b) = (expected[level].contiguous().data<float>().ToArray(), request.Output(level).ToArray());
            Assert.Equal(a.Length, b.Length);
            Assert.InRange(a.Zip(b, (u, v) => Math.Abs(u - v)).Max(), 0, 1e-3f);
        }
    }

    [Fact]
    public void A_side_that_the_network_cannot_take_is_refused()
    {
        using var network = new PicoDet(DetectorShape.Named("mainbody-lite", 0.25));
        Assert.Contains("multiple of 32", Assert.Throws<ArgumentException>(() => DetectorExport.Write(network, _folder, 100)).Message, StringComparison.Ordinal);
    }

    public void Dispose()
    {
        if (Directory.Exists(_folder))
        {
            Directory.Delete(_folder, recursive: true);
        }
    }
}
