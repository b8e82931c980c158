using ShiTu.Inference.Engines;
using ShiTu.Inference.Models;
using ShiTu.TestKit;
using ShiTu.Trainer.Detection.Networks;
using ShiTu.Trainer.Detection.Training;
using ShiTu.Trainer.Import;
using ShiTu.Trainer.Import.Pickle;
using ShiTu.Trainer.Import.Program;
using ShiTu.Trainer.Networks;
using ShiTu.Trainer.Tests.Export;
using Xunit;
using static TorchSharp.torch;

namespace ShiTu.Trainer.Tests.Import;

public sealed class ModelImportTests : IDisposable
{
    private readonly string _folder = Path.Combine(Directory.CreateTempSubdirectory("shitu-import-").FullName, "imported");

    public void Dispose() => Directory.Delete(Path.GetDirectoryName(_folder)!, recursive: true);

    [Theory]
    [InlineData("ch_ppocr_mobile_v2.0_cls_infer", "3,48,192")]
    [InlineData("PP-LCNet_x0_25_textline_ori", "3,80,160")]
    public void A_classifier_pair_imports_and_gives_probabilities(string name, string input)
    {
        ModelImport.Run(TestFiles.Shared("reference/paddle-complete-pairs/" + name), _folder, Array.ConvertAll(input.Split(','), int.Parse));
        var two = Run(2, seed: 3);
        Assert.Equal(4, two.Length);
        Assert.Equal(1, two[0] + two[1], 1e-5f);
        Assert.Equal(1, two[2] + two[3], 1e-5f);
        Assert.NotEqual(two[0], two[2]);
    }

    [Fact]
    public void The_text_detector_pair_imports_and_finds_a_line_of_text_where_it_is()
    {
        ModelImport.Run(TestFiles.Shared("reference/paddle-complete-pairs/ch_PP-OCRv3_det_infer"), _folder, [3, StrokePage.Height, StrokePage.Width]);
        using var engine = InferenceEngines.Open(_folder, new EngineOptions { Engine = "onnxruntime" });
        using var request = engine.CreateRequest(1);
        StrokePage.Normalised("HELLTIHELL").CopyTo(request.Input(0));
        request.Run();
        var map = request.Output(0).ToArray();
        var text = Enumerable.Range(0, map.Length).Where(i => map[i] > 0.3f).ToArray();
        Assert.InRange(text.Length, 1000, 7680);
        Assert.All(text, i => Assert.InRange(i % StrokePage.Width, 36, 284));
        Assert.All(text, i => Assert.InRange(i / StrokePage.Width, 56, 96));

        StrokePage.Normalised("").CopyTo(request.Input(0));
        request.Run();
        Assert.DoesNotContain(request.Output(0).ToArray(), probability => probability > 0.3f);
    }

    [Fact]
    public void The_published_feature_program_gives_what_our_network_gives_with_the_same_weights()
    {
        using var network = RandomNetworks.Feature(new BackboneOptions());
        using var fused = network.Fuse();
        fused.eval();
        var said = WriteWith(fused, "general_PPLCNetV2_base_pretrained_v1.0_infer", null);
        Assert.Contains("feature model, 512 floats, 224 x 224", said, StringComparison.Ordinal);
        Assert.Equal(4_549_184, ModelWeights.Count(_folder));
        Assert.Equal(512, ModelManifest.Read(_folder).Dimension);
        using var pictures = RandomNetworks.Pictures(1, 224);
        AssertGives(pictures, [RandomNetworks.Run(() => network.forward(pictures))]);
    }

    [Fact]
    public void The_first_generations_feature_program_gives_what_our_network_gives_with_the_same_weights()
    {
        random.manual_seed(7);
        using var network = new FeatureNetworkV1();
        RandomNetworks.Shake(network);
        var said = WriteWith(network, "general_PPLCNet_x2_5_lite_v1.0_infer", [3, 224, 224]);
        Assert.Contains("feature model, 512 floats, 224 x 224", said, StringComparison.Ordinal);
        using var pictures = RandomNetworks.Pictures(1, 224);
        AssertGives(pictures, [RandomNetworks.Run(() => network.forward(pictures))]);
    }

    [Fact]
    public void The_published_detector_program_gives_what_our_network_gives_with_the_same_weights_and_is_cut_before_its_post_processing()
    {
        random.manual_seed(7);
        using var network = new PicoDet(DetectorShape.Named("mainbody-lite", 2.5));
        RandomNetworks.Shake(network);
        var said = WriteWith(network, "picodet_PPLCNet_x2_5_mainbody_lite_v1.0_infer", null);
        Assert.Contains("mainbody-lite, 640 x 640", said, StringComparison.Ordinal);
        Assert.Equal(6_580_260, ModelWeights.Count(_folder));
        Assert.Equal([8, 16, 32, 64], ModelManifest.Read(_folder).Strides);
        using var pictures = RandomNetworks.Pictures(1, 640);
        AssertGives(pictures, [.. Enumerable.Range(0, 4).Select(level => RandomNetworks.Run(() => network.forward(pictures)[level]))]);
    }

    [Fact]
    public void A_size_that_the_program_leaves_open_is_asked_for()
    {
        var source = TestFiles.Shared("reference/paddle-complete-pairs/ch_PP-OCRv3_det_infer");
        var error = Assert.Throws<ImportException>(() => ModelImport.Run(source, _folder));
        Assert.Contains("--input", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_projection_far_from_its_index_is_refused()
    {
        var program = ProgramReader.Read(Path.Combine(TestFiles.Shared("reference/ppshitu-program-graphs/picodet_PPLCNet_x2_5_mainbody_lite_v1.0_infer"), "inference.pdmodel"));
        var weights = RandomWeights(program).Select(weight => weight.Shape is [8] && weight.Name.StartsWith("dygraph", StringComparison.Ordinal) ? weight with { Values = [0, 1, 2, 3.5f, 4, 5, 6, 7] } : weight).ToArray();
        var error = Assert.Throws<ImportException>(() => ModelImport.Write(program, weights, _folder, null, halfWeights: false));
        Assert.Contains("dygraph_tmp_4[3] is 3.5", error.Message, StringComparison.Ordinal);
    }

    private float[] Run(int batch, int seed)
    {
        using var engine = InferenceEngines.Open(_folder, new EngineOptions { Engine = "onnxruntime" });
        using var request = engine.CreateRequest(batch);
        var random = new Random(seed);
        foreach (ref var pixel in request.Input(0)) pixel = (4 * random.NextSingle()) - 2;
        request.Run();
        return request.Output(0).ToArray();
    }

    // The program's weights, by its name list, from a network of ours.
    private string WriteWith(nn.Module network, string folder, int[]? input)
    {
        var source = TestFiles.Shared("reference/ppshitu-program-graphs/" + folder);
        var program = ProgramReader.Read(Path.Combine(source, "inference.pdmodel"));
        var names = CheckpointReader.ReadInfo(Path.Combine(source, "inference.pdiparams.info"));
        var ours = NamedState.Of(network).ToDictionary(state => state.Name, state => RandomNetworks.Run(() => (state.Value.dim() == 2 ? state.Value.t() : state.Value).detach().clone()), StringComparer.Ordinal);
        ours["head.distribution_project.project"] = [0, 1, 2, 3, 4, 5, 6, 7];
        var weights = program.Weights.Select(weight => new NamedTensor(weight.Name, [.. weight.Dims.Select(side => (int)side)], ours[StructuredNames.Ours(names[weight.Name])])).ToArray();
        return ModelImport.Write(program, weights, _folder, input, halfWeights: false);
    }

    private void AssertGives(Tensor pictures, float[][] expected)
    {
        using var engine = InferenceEngines.Open(_folder, new EngineOptions { Engine = "onnxruntime" });
        using var request = engine.CreateRequest(1);
        RandomNetworks.Run(() => pictures.clone()).CopyTo(request.Input(0));
        request.Run();
        for (var output = 0; output < expected.Length; output++)
        {
            var given = request.Output(output);
            var scale = expected[output].Max(MathF.Abs);
            Assert.Equal(expected[output].Length, given.Length);
            for (var i = 0; i < given.Length; i++) Assert.Equal(expected[output][i], given[i], 1e-4f * scale);
        }
    }

    private static NamedTensor[] RandomWeights(PaddleProgram program)
    {
        var random = new Random(5);
        return [.. program.Weights.Select(weight =>
        {
            int[] shape = [.. weight.Dims.Select(side => (int)side)];
            var values = new float[shape.Aggregate(1, (product, side) => product * side)];
            var spread = shape.Length > 1 ? MathF.Sqrt(6f / shape[1..].Aggregate(1, (product, side) => product * side)) : 0.1f;
            for (var i = 0; i < values.Length; i++)
            {
                values[i] = weight.Name.EndsWith(".w_2", StringComparison.Ordinal) || (shape.Length == 1 && weight.Name.EndsWith(".w_0", StringComparison.Ordinal)) ? 0.8f + (0.4f * random.NextSingle())
                    : weight.Name.StartsWith("dygraph", StringComparison.Ordinal) ? i
                    : spread * ((2 * random.NextSingle()) - 1);
            }

            return new NamedTensor(weight.Name, shape, values);
        })];
    }
}
