using ShiTu.Inference.Engines;
using ShiTu.Trainer.Export;
using Xunit;

namespace ShiTu.Trainer.Tests.Export;

public sealed class IrBuilderTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("shitu-ir-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_convolution_with_bias_gives_what_paper_and_pencil_give()
    {
        var output = Run([1, 1, 2, 2], [1, 2, 3, 4], (builder, input) => builder.Convolution(input, new FloatArray([1, 1, 2, 2], [1, 10, 100, 1000]), [0.5f], 1, 0));
        Assert.Equal([4321.5f], output);
    }

    [Fact]
    public void A_depthwise_convolution_keeps_channels_apart()
    {
        var output = Run([1, 2, 1, 1], [3, 5], (builder, input) => builder.Convolution(input, new FloatArray([2, 1, 1, 1], [2, 4]), null, 1, 0, groups: 2));
        Assert.Equal([6f, 20f], output);
    }

    [Fact]
    public void A_transposed_convolution_spreads_each_pixel()
    {
        var output = Run([1, 1, 1, 2], [1, 2], (builder, input) => builder.TransposedConvolution(input, new FloatArray([1, 1, 2, 2], [1, 2, 3, 4]), [10], [2, 2], [0, 0]));
        Assert.Equal([11f, 12, 12, 14, 13, 14, 16, 18], output);
    }

    [Fact]
    public void Activations_follow_their_definitions()
    {
        float[] values = [-4, -2, -0.5f, 0, 1, 5];
        int[] shape = [1, 6, 1, 1];
        Near(values.Select(x => MathF.Max(x, 0)), Run(shape, values, (b, x) => b.Relu(x)));
        Near(values.Select(x => x < 0 ? 0.01f * x : x), Run(shape, values, (b, x) => b.LeakyRelu(x)));
        Near(values.Select(x => x * Math.Clamp(x + 3, 0, 6) / 6), Run(shape, values, (b, x) => b.HSwish(x)));
        Near(values.Select(x => Math.Clamp((x / 6) + 0.5f, 0, 1)), Run(shape, values, (b, x) => b.HSigmoid(x)));
        Near(values.Select(x => Math.Clamp((0.2f * x) + 0.5f, 0, 1)), Run(shape, values, (b, x) => b.HardSigmoid(x, 0.2f, 0.5f)));
        Near(values.Select(x => 1 / (1 + MathF.Exp(-x))), Run(shape, values, (b, x) => b.Sigmoid(x)));
        var sum = values.Sum(MathF.Exp);
        Near(values.Select(x => MathF.Exp(x) / sum), Run(shape, values, (b, x) => b.Softmax(x, 1)));
    }

    [Fact]
    public void Poolings_take_means_and_maxima()
    {
        Assert.Equal([2.5f], Run([1, 1, 2, 2], [1, 2, 3, 4], (b, x) => b.GlobalAveragePool(x)));
        Assert.Equal([4f], Run([1, 1, 2, 2], [1, 2, 3, 4], (b, x) => b.MaxPool(x, [2, 2], [2, 2], [0, 0])));
        Assert.Equal([1f, 2.5f], Run([1, 1, 1, 3], [1, 2, 3], (b, x) => b.AveragePool(x, [1, 2], [1, 2], [0, 1])));
    }

    [Fact]
    public void Upsampling_repeats_each_pixel()
    {
        Assert.Equal([1f, 1, 2, 2, 1, 1, 2, 2], Run([1, 1, 1, 2], [1, 2], (b, x) => b.Upsample2(x)));
    }

    [Fact]
    public void Concat_puts_the_first_input_first()
    {
        Assert.Equal([1f, 2, 2, 4], Run([1, 2, 1, 1], [1, 2], (b, x) => b.Concat([x, b.Add(x, x)])));
    }

    [Fact]
    public void A_linear_layer_takes_weights_as_torch_has_them()
    {
        var output = Run([1, 2, 1, 1], [1, 2], (b, x) => b.Linear(b.Reshape(x, 0, -1), new FloatArray([3, 2], [1, 0, 0, 1, 1, 1]), [0, 0, 10]));
        Assert.Equal([1f, 2, 13], output);
    }

    [Fact]
    public void Scale_and_shift_work_on_channels()
    {
        Assert.Equal([7f, 22], Run([1, 2, 1, 1], [3, 4], (b, x) => b.ScaleShift(x, [2, 5], [1, 2])));
        Assert.Equal([7f, 22], Run([1, 2, 1, 1], [3, 4], (b, x) => b.ScaleShift(b.Reshape(x, 0, -1), [2, 5], [1, 2])));
    }

    [Fact]
    public void Half_weights_halve_the_file_and_round_the_values()
    {
        static IrValue Build(IrBuilder b, IrValue x) => b.Convolution(x, new FloatArray([64, 64, 1, 1], [.. Enumerable.Range(0, 4096).Select(i => 1 / (i + 1f))]), null, 1, 0);
        float[] values = [.. Enumerable.Range(0, 64).Select(i => i / 64f)];
        var full = Run([1, 64, 1, 1], values, Build);
        var fullBytes = new FileInfo(Path.Combine(_folder, "model.bin")).Length;
        var half = Run([1, 64, 1, 1], values, Build, halfWeights: true);
        Assert.Equal(fullBytes, 2 * new FileInfo(Path.Combine(_folder, "model.bin")).Length);
        Near(full, half, 1e-3f);
    }

    [Fact]
    public void Weights_that_are_not_finite_are_refused()
    {
        var error = Assert.Throws<ArgumentException>(() => new IrBuilder("n").Constant(new FloatArray([1], [float.NaN])));
        Assert.Contains("NaN", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Results_keep_their_order_and_names()
    {
        var builder = new IrBuilder("two");
        var input = builder.Input("image", 1, 1, 1, 1);
        builder.Result("second, first", builder.Relu(input));
        builder.Result("another", builder.Sigmoid(input));
        builder.Write(_folder);
        using var engine = InferenceEngines.Open(_folder, new EngineOptions { Engine = "onnxruntime" });
        using var request = engine.CreateRequest(2);
        Assert.Equal(["image"], request.Inputs.Select(input => input.Name));
        Assert.Equal(["second, first", "another"], request.Outputs.Select(output => output.Name));
    }

    private static void Near(IEnumerable<float> expected, IEnumerable<float> actual, float tolerance = 1e-6f)
    {
        foreach (var (a, b) in expected.Zip(actual, (a, b) => (a, b))) Assert.Equal(a, b, tolerance);
    }

    private float[] Run(int[] shape, float[] values, Func<IrBuilder, IrValue, IrValue> build, bool halfWeights = false)
    {
        var builder = new IrBuilder("test", halfWeights);
        builder.Result("y", build(builder, builder.Input("x", shape)));
        builder.Write(_folder);
        using var engine = InferenceEngines.Open(_folder, new EngineOptions { Engine = "onnxruntime", Threads = 1 });
        using var request = engine.CreateRequest(1);
        values.CopyTo(request.Input(0));
        request.Run();
        return request.Output(0).ToArray();
    }
}
