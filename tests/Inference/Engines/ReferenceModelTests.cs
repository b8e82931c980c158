using Microsoft.ML.OnnxRuntime;
using ShiTu.Inference.Engines;
using ShiTu.Inference.Models;
using ShiTu.TestKit;
using Xunit;

namespace ShiTu.Inference.Tests.Engines;

public sealed class ReferenceModelTests
{
    private static readonly EngineOptions Options = new() { Engine = "onnxruntime" };

    public static TheoryData<string> AllModels => new(
        "landmarks-regression-retail-0009/FP32/landmarks-regression-retail-0009.xml",
        "landmarks-regression-retail-0009/FP16/landmarks-regression-retail-0009.xml",
        "landmarks-regression-retail-0009/FP16-INT8/landmarks-regression-retail-0009.xml",
        "open-closed-eye-0001/FP32/open-closed-eye-0001.xml",
        "open-closed-eye-0001/FP16/open-closed-eye-0001.xml",
        "pupils_segmentation/pupils_segmentation.xml",
        "gaze-estimation-adas-0002/FP16-INT8/gaze-estimation-adas-0002.xml",
        "face-reidentification-retail-0095/FP16/face-reidentification-retail-0095.xml");

    [Theory]
    [MemberData(nameof(AllModels))]
    public void A_model_of_others_runs_and_gives_finite_values(string model)
    {
        var outputs = Run(model, batch: 1, seed: 1);
        Assert.All(outputs, output => Assert.All(output, value => Assert.True(float.IsFinite(value))));
        Assert.Contains(outputs, output => output.Distinct().Count() > 1);
    }

    [Theory]
    [InlineData("FP32", 1e-5f)]
    [InlineData("FP16", 1e-2f)]
    public void Open_closed_eye_equals_its_onnx(string precision, float tolerance)
    {
        var ours = Run($"open-closed-eye-0001/{precision}/open-closed-eye-0001.xml", 1, 3)[0];
        AssertNear(RunOnnx("open-closed-eye-0001/open-closed-eye.onnx", [1, 3, 32, 32], 3)[0], ours, tolerance);
    }

    [Fact]
    public void Pupils_segmentation_equals_its_onnx()
    {
        var ours = Run("pupils_segmentation/pupils_segmentation.xml", 1, 3);
        var theirs = RunOnnx("pupils_segmentation/pupils_segmentation.onnx", [1, 128, 128, 1], 3);
        foreach (var output in ours) AssertNear(theirs.Single(other => other.Length == output.Length), output, 2e-2f);
    }

    [Fact]
    public void Landmarks_in_three_precisions_agree()
    {
        // The model takes grey levels 0..255, and its 8-bit form quantises with steps made for them.
        var full = Run("landmarks-regression-retail-0009/FP32/landmarks-regression-retail-0009.xml", 1, 5, 255)[0];
        AssertNear(full, Run("landmarks-regression-retail-0009/FP16/landmarks-regression-retail-0009.xml", 1, 5, 255)[0], 2e-3f);
        AssertNear(full, Run("landmarks-regression-retail-0009/FP16-INT8/landmarks-regression-retail-0009.xml", 1, 5, 255)[0], 3e-2f);
    }

    [Theory]
    [InlineData("face-reidentification-retail-0095/FP16/face-reidentification-retail-0095.xml")]
    [InlineData("landmarks-regression-retail-0009/FP32/landmarks-regression-retail-0009.xml")]
    [InlineData("open-closed-eye-0001/FP32/open-closed-eye-0001.xml")]
    public void A_batch_gives_what_its_pictures_give_one_by_one(string model)
    {
        using var engine = InferenceEngines.Open(TestFiles.Shared("reference/openvino-ir/" + model), Options);
        using var one = engine.CreateRequest(1);
        using var four = engine.CreateRequest(4);
        Fill(four.Input(0), 7);
        four.Run();
        var side = one.Input(0).Length;
        for (var picture = 0; picture < 4; picture++)
        {
            four.Input(0).Slice(picture * side, side).CopyTo(one.Input(0));
            one.Run();
            var length = one.Output(0).Length;
            AssertNear(one.Output(0).ToArray(), four.Output(0).Slice(picture * length, length).ToArray(), 1e-5f);
        }
    }

    private static float[][] Run(string model, int batch, int seed, float scale = 1)
    {
        using var engine = InferenceEngines.Open(TestFiles.Shared("reference/openvino-ir/" + model), Options);
        using var request = engine.CreateRequest(batch);
        for (var i = 0; i < request.Inputs.Count; i++) Fill(request.Input(i), seed + i, scale);
        request.Run();
        return [.. Enumerable.Range(0, request.Outputs.Count).Select(i => request.Output(i).ToArray())];
    }

    private static float[][] RunOnnx(string model, long[] shape, int seed)
    {
        using var session = new InferenceSession(TestFiles.Shared("reference/openvino-ir/" + model));
        var values = new float[shape.Aggregate(1L, (a, b) => a * b)];
        Fill(values, seed);
        using var input = OrtValue.CreateTensorValueFromMemory(values, shape);
        using var options = new RunOptions();
        using var results = session.Run(options, session.InputNames, [input], session.OutputNames);
        return [.. results.Select(result => result.GetTensorDataAsSpan<float>().ToArray())];
    }

    private static void Fill(Span<float> values, int seed, float scale = 1)
    {
        var random = new Random(seed);
        foreach (ref var value in values) value = scale * random.NextSingle();
    }

    private static void AssertNear(float[] expected, float[] actual, float tolerance)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (var i = 0; i < expected.Length; i++) Assert.True(MathF.Abs(expected[i] - actual[i]) <= tolerance, $"{i}: {actual[i]} instead of {expected[i]}");
    }
}
