using ShiTu.TestKit;
using ShiTu.Trainer.Import;
using ShiTu.Trainer.Import.Pickle;
using ShiTu.Trainer.Import.Program;
using Xunit;

namespace ShiTu.Trainer.Tests.Import;

/// <summary>The real files of <c>paddle-files.md</c> 9, with the counts and sums given there.</summary>
public sealed class PaddleFilesTests
{
    private const string Pairs = "reference/paddle-complete-pairs";

    [Fact]
    public void The_classifier_pair_reads_with_its_counts_and_sums()
    {
        var (program, weights) = Pair("ch_ppocr_mobile_v2.0_cls_infer", "inference.pdmodel");
        Assert.Equal((2003002L, 1, 184), (program.Version, program.Blocks, program.Operators.Count));
        Assert.Equal([42, 11, 35, 18, 9], new[] { "conv2d", "depthwise_conv2d", "batch_norm", "hard_swish", "hard_sigmoid" }.Select(type => program.Operators.Count(op => op.Type == type)));
        Assert.Equal(213, weights.Count);
        Assert.Equal(133_628, weights.Sum(weight => weight.Values.Length));
        Close(8135.357471, weights.Sum(Sum));
        Assert.Equal(2.30992532f, weights[0].Values[0]);
        Named(weights, 0, "batch_norm_0.b_0", [8], 7.573204599);
        Named(weights, 3, "batch_norm_0.w_2", [8], 4.876842022);
        Named(weights, 106, "batch_norm_32.w_1", [200], 1.354130279);
        Named(weights, 140, "conv2d_0.w_0", [8, 3, 3, 3], -3.036115387);
        Named(weights, 142, "conv2d_10.w_0", [32, 1, 3, 3], -1.972506838);
        Named(weights, 155, "conv2d_2.w_0", [8, 1, 3, 3], 2.773628729);
        Named(weights, 211, "fc_0.b_0", [2], 4.138239e-5);
        Named(weights, 212, "fc_0.w_0", [200, 2], -0.8665351054);
    }

    [Fact]
    public void The_text_detector_pair_reads_with_its_counts_and_sums()
    {
        var (program, weights) = Pair("ch_PP-OCRv3_det_infer", "inference.pdmodel");
        Assert.Equal(238, program.Operators.Count);
        Assert.Equal((288, 592_625), (weights.Count, weights.Sum(weight => weight.Values.Length)));
        Close(409269079.4, weights.Sum(Sum));
        Assert.Equal([8], weights[0].Shape);
        Close(20.6558976, Sum(weights[0]));
    }

    [Fact]
    public void The_newer_json_pair_reads_with_its_counts_and_sums()
    {
        var (program, weights) = Pair("PP-LCNet_x0_25_textline_ori", "inference.json");
        Assert.Equal(260 - 145, program.Operators.Count);
        Assert.Equal((145, 79_354), (weights.Count, weights.Sum(weight => weight.Values.Length)));
        Close(22413.41132, weights.Sum(Sum));
        Named(weights, 0, "batch_norm2d_0.b_0_deepcopy_2", [8], 40.66913486);
        Named(weights, 72, "batch_norm2d_25.b_0_deepcopy_131", [128], -18.40222989);
        Assert.Equal(("conv2d_0.w_0_deepcopy_0", "8,3,3,3"), (weights[108].Name, string.Join(',', weights[108].Shape)));
        Named(weights, 143, "linear_0.b_0_deepcopy_144", [2], -7.4364245e-5);
        Named(weights, 144, "linear_0.w_0_deepcopy_143", [128, 2], -0.003189679);
    }

    [Fact]
    public void The_segmentation_checkpoint_reads_with_its_counts_and_sums()
    {
        var path = TestFiles.Shared("reference/paddle-checkpoints/espnet/model.pdparams");
        var arrays = CheckpointReader.ReadArrays(path);
        var names = CheckpointReader.ReadNameTable(path);
        Assert.Equal((206, 370_357, 206), (arrays.Count, arrays.Sum(array => array.Values.Length), names.Count));
        Assert.Equal(arrays.Select(array => array.Name).Order(StringComparer.Ordinal), names.Keys.Order(StringComparer.Ordinal));
        Close(319.7123048, arrays.Sum(Sum));
        Named(arrays, 0, "encoder.level1.conv.weight", [16, 3, 3, 3], -2.355691483);
        Close(2.513935626, Sum(arrays.Single(array => array.Name == "encoder.level1.bn.weight")));
        Close(0.3415213777, Sum(arrays.Single(array => array.Name == "encoder.level1.bn._variance")));
        Close(15.01099908, Sum(arrays.Single(array => array.Name == "out_proj.act._weight")));
        Named(arrays, 205, "out_up.weight", [19, 19, 2, 2], -6.677992728);
        Assert.Equal("sync_batch_norm_0.w_2", names["encoder.level1.bn._variance"]);
        Assert.Equal("conv2d_transpose_2.w_0", names["out_up.weight"]);
    }

    [Fact]
    public void The_linear_checkpoint_reads_with_its_counts_and_sums()
    {
        var arrays = CheckpointReader.ReadArrays(TestFiles.Shared("reference/paddle-checkpoints/mnist/mnist.pdparams"));
        Assert.Equal((2, 785), (arrays.Count, arrays.Sum(array => array.Values.Length)));
        Close(29.82523911, arrays.Sum(Sum));
    }

    [Theory]
    [InlineData("picodet_PPLCNet_x2_5_mainbody_lite_v1.0_infer", 2001002L, 10, 302, 407, 6_633_116L, 26_542_897L, 411)]
    [InlineData("general_PPLCNetV2_base_pretrained_v1.0_infer", 2003002L, 1, 157, 171, 4_575_616L, 18_307_022L, 286)]
    [InlineData("general_PPLCNet_x2_5_lite_v1.0_infer", 0L, 1, 107, 146, 8_419_792L, null, null)]
    public void The_published_graphs_read_with_their_counts(string folder, long version, int blocks, int operators, int count, long values, long? bytes, int? info)
    {
        var program = ProgramReader.Read(TestFiles.Shared($"reference/ppshitu-program-graphs/{folder}/inference.pdmodel"));
        Assert.Equal((version, blocks, operators, count), (program.Version, program.Blocks, program.Operators.Count, program.Weights.Count));
        Assert.Equal(values, program.Weights.Sum(weight => weight.Dims.Aggregate(1L, (product, side) => product * side)));
        Assert.Equal(bytes ?? ParameterStream.ExpectedLength(program.Weights), ParameterStream.ExpectedLength(program.Weights));
        var names = CheckpointReader.ReadInfo(TestFiles.Shared($"reference/ppshitu-program-graphs/{folder}/inference.pdiparams.info"));
        Assert.Equal(info ?? names.Count, names.Count);
        Assert.NotEmpty(names);
    }

    [Fact]
    public void Weights_of_the_published_graphs_come_in_the_order_of_the_specification()
    {
        var detector = ProgramReader.Read(TestFiles.Shared("reference/ppshitu-program-graphs/picodet_PPLCNet_x2_5_mainbody_lite_v1.0_infer/inference.pdmodel")).Weights;
        Assert.Equal(["batch_norm2d_0.b_0", "batch_norm_0.b_0", "conv2d_0.w_0", "dygraph_tmp_4"], new[] { 0, 204, 312, 406 }.Select(at => detector[at].Name));
        var feature = ProgramReader.Read(TestFiles.Shared("reference/ppshitu-program-graphs/general_PPLCNetV2_base_pretrained_v1.0_infer/inference.pdmodel")).Weights;
        Assert.Equal(["batch_norm1d_0.b_0", "batch_norm2d_0.b_0", "conv2d_0.w_0", "conv2d_9.w_0"], new[] { 0, 4, 104, 170 }.Select(at => feature[at].Name));
    }

    private static (PaddleProgram Program, IReadOnlyList<NamedTensor> Weights) Pair(string folder, string graph)
    {
        var root = TestFiles.Shared($"{Pairs}/{folder}");
        var program = graph.EndsWith(".json", StringComparison.Ordinal) ? PirReader.Read(Path.Combine(root, graph)) : ProgramReader.Read(Path.Combine(root, graph));
        return (program, ParameterStream.Read(Path.Combine(root, "inference.pdiparams"), program.Weights));
    }

    private static void Named(IReadOnlyList<NamedTensor> tensors, int position, string name, int[] shape, double sum)
    {
        Assert.Equal(name, tensors[position].Name);
        Assert.Equal(shape, tensors[position].Shape);
        Close(sum, Sum(tensors[position]));
    }

    private static double Sum(NamedTensor tensor) => tensor.Values.Sum(value => (double)value);

    private static void Close(double expected, double actual) => Assert.InRange(actual, expected - (Math.Abs(expected) * 1e-6), expected + (Math.Abs(expected) * 1e-6));
}
