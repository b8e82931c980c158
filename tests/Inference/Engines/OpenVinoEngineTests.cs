using System.Numerics.Tensors;
using ShiTu.Inference.Engines;
using ShiTu.Inference.Engines.OpenVino;
using ShiTu.Inference.Imaging;
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

    [Theory]
    [InlineData("f32", 0.9999f, 1e-3f)]
    [InlineData("bf16", 0.998f, 0.5f)]
    public void The_shipped_models_answer_alike_in_both_engines(string precision, float leastCosine, float furthest)
    {
        Assert.SkipUnless(OpenVinoLibrary.TryLoad("", out var problem), problem);
        foreach (var folder in Directory.EnumerateDirectories(Path.Combine(TestFiles.Root, "models")))
        {
            using var openVino = InferenceEngines.Open(folder, new EngineOptions { Engine = "openvino", Precision = precision });
            using var bundled = InferenceEngines.Open(folder, new EngineOptions { Engine = "onnxruntime" });
            Assert.Equal(precision, openVino.Precision);
            using var a = openVino.CreateRequest(1);
            using var b = bundled.CreateRequest(1);
            Photo(a.Inputs[0].Shape[^1]).CopyTo(a.Input(0));
            a.Input(0).CopyTo(b.Input(0));
            a.Run();
            b.Run();
            for (var i = 0; i < b.Outputs.Count; i++)
            {
                var cosine = TensorPrimitives.CosineSimilarity(a.Output(i), b.Output(i));
                var distance = a.Output(i).ToArray().Zip(b.Output(i).ToArray(), (x, y) => MathF.Abs(x - y)).Max();
                var said = $"{Path.GetFileName(folder)} {precision}, output {i}: cosine {cosine:F7}, furthest {distance:E2}";
                TestContext.Current.TestOutputHelper!.WriteLine(said);
                Assert.True(b.Outputs.Count == 1 ? cosine >= leastCosine : distance <= furthest, said);
            }
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

    // Planes of about unit variance, as both models' own preparation gives them.
    private static float[] Photo(int side)
    {
        var photo = PictureDecoder.Decode(File.ReadAllBytes(Path.Combine(TestFiles.Root, "docs", "images", "demo.jpg")));
        var pixels = new byte[side * side * 3];
        new PictureResizer().Resize(photo.View, pixels, side, side, Interpolation.Linear);
        return [.. Enumerable.Range(0, pixels.Length).Select(i => (pixels[(i % (side * side) * 3) + (i / (side * side))] - 120f) / 58f)];
    }
}
