using System.Runtime.InteropServices;
using ShiTu.Inference.Engines;
using ShiTu.Inference.Tests.Ir;
using Xunit;

namespace ShiTu.Inference.Tests.Engines;

public sealed class OperatorTests : IDisposable
{
    private readonly IrFiles _files = new();

    public void Dispose() => _files.Dispose();

    [Theory]
    [InlineData(-1f, 1.5f)] // no integer zero point: written out in floats
    [InlineData(0f, 2.55f)] // QuantizeLinear and DequantizeLinear
    public void FakeQuantize_rounds_to_its_levels_and_clamps(float low, float high)
    {
        float[] values = [-9, low, -0.3f, 0, 0.004f, 0.3f, 1.234f, high, 9];
        _files.Operator("FakeQuantize", "opset1", "levels=\"256\"", [1, values.Length], ([], [low]), ([], [high]), ([], [low]), ([], [high]));
        var step = (high - low) / 255;
        Near(values.Select(x => (MathF.Round((Math.Clamp(x, low, high) - low) / step) * step) + low), Run(values), step * 1e-2f);
    }

    [Fact]
    public void FakeQuantize_with_ranges_a_channel_keeps_them_apart()
    {
        _files.Operator("FakeQuantize", "opset1", "levels=\"3\"", [1, 2, 1, 2], ([1, 2, 1, 1], [0, 0]), ([1, 2, 1, 1], [2, 4]), ([1, 2, 1, 1], [0, 0]), ([1, 2, 1, 1], [1, 1]));
        Near([0.5f, 1, 0.5f, 1], Run([1.2f, 2, 1.2f, 4]), 1e-6f);
    }

    [Fact]
    public void PReLU_takes_a_slope_a_channel()
    {
        _files.Operator("PReLU", "opset1", "", [1, 2, 1, 2], ([2], [0.5f, 0.25f]));
        Near([1, -0.5f, 1, -0.25f], Run([1, -1, 1, -1]), 0);
    }

    [Fact]
    public void StridedSlice_ignores_what_its_masks_say()
    {
        _files.Operator("StridedSlice", "opset1", "begin_mask=\"1,0\" end_mask=\"1,1\" new_axis_mask=\"0,0\" shrink_axis_mask=\"0,0\" ellipsis_mask=\"0,0\"", [1, 4], [1, 2], I64(5, 2), I64(6, 0), I64(1, 1));
        Near([30, 40], Run([10, 20, 30, 40]), 0);
    }

    [Fact]
    public void Interpolate_with_half_pixels_prefers_the_side_it_is_told()
    {
        _files.Operator("Interpolate", "opset4", "mode=\"nearest\" shape_calculation_mode=\"scales\" coordinate_transformation_mode=\"half_pixel\" nearest_mode=\"round_prefer_ceil\" antialias=\"false\" pads_begin=\"0\" pads_end=\"0\" cube_coeff=\"-0.75\"",
            [1, 1, 1, 4], [1, 1, 1, 2], I64(2), ([1], "f32", MemoryMarshal.AsBytes<float>([0.5f]).ToArray()), I64(3));
        Near([2, 4], Run([1, 2, 3, 4]), 0);
    }

    [Fact]
    public void Clamp_softmax_and_transpose_follow_their_definitions()
    {
        _files.Operator("Clamp", "opset1", "min=\"-1.5\" max=\"2\"", [1, 3]);
        Near([-1.5f, 0, 2], Run([-4, 0, 4]), 0);
        _files.Operator("SoftMax", "opset8", "axis=\"-1\"", [1, 2]);
        Near([0.26894143f, 0.73105857f], Run([0, 1]), 1e-6f);
        _files.Operator("Transpose", "opset1", "", [1, 2, 3], [1, 3, 2], I64(0, 2, 1));
        Near([1, 4, 2, 5, 3, 6], Run([1, 2, 3, 4, 5, 6]), 0);
    }

    [Fact]
    public void A_reshape_that_carries_the_batch_follows_it()
    {
        _files.Operator("Reshape", "opset1", "special_zero=\"false\"", [1, 2, 1, 2], [1, 4], I64(1, 4));
        using var engine = InferenceEngines.Open(_files.Xml, new EngineOptions { Engine = "onnxruntime", Threads = 1 });
        using var request = engine.CreateRequest(3);
        Assert.Equal([3, 4], request.Outputs[0].Shape);
    }

    [Fact]
    public void A_model_that_folds_its_batch_runs_alone_and_says_why_it_does_not_run_in_batches()
    {
        _files.Operator("Reshape", "opset1", "special_zero=\"false\"", [1, 4], [4], I64(4));
        using var engine = InferenceEngines.Open(_files.Xml, new EngineOptions { Engine = "onnxruntime", Threads = 1 });
        using var one = engine.CreateRequest(1);
        Assert.Equal([4], one.Outputs[0].Shape);
        var error = Assert.Throws<InferenceException>(() => engine.CreateRequest(2));
        Assert.Contains("batch of 2", error.Message, StringComparison.Ordinal);
    }

    private static (int[] Shape, string Type, byte[] Bytes) I64(params long[] values) => ([values.Length], "i64", MemoryMarshal.AsBytes(values.AsSpan()).ToArray());

    private static void Near(IEnumerable<float> expected, float[] actual, float tolerance)
    {
        var wanted = expected.ToArray();
        Assert.Equal(wanted.Length, actual.Length);
        for (var i = 0; i < wanted.Length; i++) Assert.True(MathF.Abs(wanted[i] - actual[i]) <= tolerance, $"{i}: {actual[i]} instead of {wanted[i]}");
    }

    private float[] Run(float[] values)
    {
        using var engine = InferenceEngines.Open(_files.Xml, new EngineOptions { Engine = "onnxruntime", Threads = 1 });
        using var request = engine.CreateRequest(1);
        values.CopyTo(request.Input(0));
        request.Run();
        return request.Output(0).ToArray();
    }
}
