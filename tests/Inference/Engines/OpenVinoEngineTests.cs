using System.Numerics.Tensors;
using ShiTu.Inference.Engines;
using ShiTu.Inference.Engines.OpenVino;
using ShiTu.TestKit;
using Xunit;

namespace ShiTu.Inference.Tests.Engines;

public sealed class OpenVinoEngineTests
{
    [Theory]
    [InlineData("landmarks-regression-retail-0009/FP32/landmarks-regression-retail-0009.xml")]
    [InlineData("open-closed-eye-0001/FP32/open-closed-eye-0001.xml")]
    public void OpenVino_gives_what_onnx_runtime_gives(string model)
    {
        Assert.SkipUnless(OpenVinoLibrary.TryLoad("", out var problem), problem);
        var path = TestFiles.Shared("reference/openvino-ir/" + model);
        using var openVino = InferenceEngines.Open(path, new EngineOptions { Engine = "openvino", Precision = "f32" });
        using var bundled = InferenceEngines.Open(path, new EngineOptions { Engine = "onnxruntime" });
        foreach (var batch in new[] { 1, 4 })
        {
            using var a = openVino.CreateRequest(batch);
            using var b = bundled.CreateRequest(batch);
            for (var i = 0; i < a.Input(0).Length; i++) b.Input(0)[i] = a.Input(0)[i] = MathF.Sin(i);
            a.Run();
            b.Run();
            Assert.True(TensorPrimitives.CosineSimilarity(a.Output(0), b.Output(0)) >= 0.9999f);
        }
    }

    [Fact]
    public void Auto_says_why_it_took_its_engine()
    {
        var path = TestFiles.Shared("reference/openvino-ir/open-closed-eye-0001/FP32/open-closed-eye-0001.xml");
        using var engine = InferenceEngines.Open(path, new EngineOptions());
        Assert.Contains(engine.Name == "openvino" ? "passed its self-test" : "taken because", engine.Description, StringComparison.Ordinal);
    }

    [Fact]
    public void Asking_for_openvino_where_there_is_none_says_where_it_was_looked_for()
    {
        Assert.SkipWhen(OpenVinoLibrary.TryLoad("", out _), "OpenVINO is installed here.");
        var path = TestFiles.Shared("reference/openvino-ir/open-closed-eye-0001/FP32/open-closed-eye-0001.xml");
        var error = Assert.Throws<InferenceException>(() => InferenceEngines.Open(path, new EngineOptions { Engine = "openvino" }));
        Assert.Contains("/usr/local/lib", error.Message, StringComparison.Ordinal);
    }
}
