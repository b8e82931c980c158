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

/// <summary>Checkpoints mapped by name.</summary>
public sealed class CheckpointImportTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("shitu-checkpoint-").FullName;

    private string Model => Path.Combine(_root, "model");

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Theory]
    [InlineData("general_PPLCNetV2_base_pretrained_v1.0_infer")]
    [InlineData("general_PPLCNet_x2_5_lite_v1.0_infer")]
    [InlineData("picodet_PPLCNet_x2_5_mainbody_lite_v1.0_infer")]
    public void Our_networks_have_the_names_and_shapes_of_the_published_programs(string folder)
    {
        var source = TestFiles.Shared("reference/ppshitu-program-graphs/" + folder);
        var names = CheckpointReader.ReadInfo(Path.Combine(source, "inference.pdiparams.info"));
        var published = ProgramReader.Read(Path.Combine(source, "inference.pdmodel")).Weights.Where(weight => weight.Name != "dygraph_tmp_4")
            .ToDictionary(weight => StructuredNames.Ours(names[weight.Name]), weight => string.Join(',', weight.Dims), StringComparer.Ordinal);
        using var network = Published(folder);
        var ours = NamedState.Of(network).ToDictionary(state => state.Name, state => string.Join(',', state.Value.dim() == 2 ? state.Value.shape.Reverse() : state.Value.shape), StringComparer.Ordinal);
        Assert.Equal(published.OrderBy(pair => pair.Key, StringComparer.Ordinal), ours.OrderBy(pair => pair.Key, StringComparer.Ordinal));
        Assert.All(names.Values, name => Assert.Equal(name.Replace("base_model.", "", StringComparison.Ordinal), StructuredNames.Theirs(StructuredNames.Ours(name))));
    }

    [Fact]
    public void A_checkpoint_of_the_fused_form_with_a_prefix_gives_the_same_model()
    {
        using var network = RandomNetworks.Feature(new BackboneOptions());
        using var fused = network.Fuse();
        var trained = Import(State(network), "trained");
        var said = Import(State(fused).ToDictionary(pair => "base_model." + pair.Key, pair => pair.Value), "fused");
        Assert.Equal("feature model, shitu-v2, 512 floats, 224 x 224", said);
        Assert.Equal(said, trained);
        Assert.Equal(File.ReadAllBytes(Path.Combine(_root, "trained", "model.bin")), File.ReadAllBytes(Path.Combine(_root, "fused", "model.bin")));
        Assert.Equal(4_549_184, ModelWeights.Count(Path.Combine(_root, "fused")));
    }

    [Fact]
    public void What_is_missing_too_many_or_of_another_shape_is_listed_under_the_files_names()
    {
        using var network = new PicoDet(DetectorShape.Named("mainbody-lite", 0.25));
        var state = State(network);
        state.Remove("neck.conv_t.convs.1.bn._variance");
        state["head.surplus.weight"] = ([2], [0, 0]);
        state["head.head_cls2.bias"] = ([32], new float[32]);
        var message = Assert.Throws<ImportException>(() => Import(state)).Message;
        Assert.Contains("model.pdparams: does not fit mainbody-lite: ", message, StringComparison.Ordinal);
        Assert.Contains("1 missing (neck.conv_t.convs.1.bn._variance)", message, StringComparison.Ordinal);
        Assert.Contains("1 of another shape (head.head_cls2.bias [32] where [33] is due)", message, StringComparison.Ordinal);
        Assert.Contains("1 too many (head.surplus.weight)", message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Model));
    }

    [Fact]
    public void Two_weights_that_changed_places_are_refused_by_their_shapes()
    {
        using var network = new PicoDet(DetectorShape.Named("picodet-lcnet", 0.25));
        var state = State(network);
        (state["neck.first_top_conv.dwconv.weight"], state["neck.first_top_conv.pwconv.weight"]) = (state["neck.first_top_conv.pwconv.weight"], state["neck.first_top_conv.dwconv.weight"]);
        Assert.Contains("2 of another shape", Assert.Throws<ImportException>(() => Import(state)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_checkpoint_of_a_network_that_is_not_ours_is_refused_with_the_names_it_has()
    {
        var error = Assert.Throws<ImportException>(() => ModelImport.Run(TestFiles.Shared("reference/paddle-checkpoints/espnet/model.pdparams"), Model));
        Assert.Contains("none of the networks", error.Message, StringComparison.Ordinal);
        Assert.Contains("encoder.level1.conv.weight", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_checkpoint_is_refused_as_another_network_than_it_is()
    {
        using var network = new PicoDet(DetectorShape.Named("mainbody-lite", 0.25));
        Assert.Contains("backbone.stem.0.conv.weight", Assert.Throws<ImportException>(() => Import(State(network), network: "shitu-v2")).Message, StringComparison.Ordinal);
        Assert.Contains("of another shape", Assert.Throws<ImportException>(() => Import(State(network), network: "picodet-lcnet")).Message, StringComparison.Ordinal);
        Assert.Contains("there are shitu-v2, shitu-v1, mainbody-lite, picodet-lcnet", Assert.Throws<ImportException>(() => Import(State(network), network: "resnet")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_detector_of_eighty_classes_is_refused_with_their_number()
    {
        using var network = new PicoDet(DetectorShape.Named("picodet-lcnet", 0.25) with { Classes = 80 });
        Assert.Contains("112 channels a prediction, which are 80 classes", Assert.Throws<ImportException>(() => Import(State(network))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_projection_far_from_its_index_and_weights_that_fold_to_no_number_are_refused()
    {
        using var network = new PicoDet(DetectorShape.Named("mainbody-lite", 0.25));
        var state = State(network);
        state["head.distribution_project.project"] = ([8], [0, 1, 2, 3, 4, 5, 6.5f, 7]);
        Assert.Contains("head.distribution_project.project[6] is 6.5", Assert.Throws<ImportException>(() => Import(state)).Message, StringComparison.Ordinal);
        state["head.distribution_project.project"] = ([8], [0, 1, 2, 3, 4, 5, 6.001f, 7]);
        Assert.Equal("main-body detector, mainbody-lite x0.25, 640 x 640; not needed: head.distribution_project.project", Import(state));
        Assert.Equal([8, 16, 32, 64], ModelManifest.Read(Model).Strides);
        state["backbone.conv1.bn._variance"] = ([8], [1, 1, -1, 1, 1, 1, 1, 1]);
        Assert.Contains("NaN", Assert.Throws<ImportException>(() => Import(state)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_size_that_is_no_square_or_does_not_suit_a_detector_is_refused()
    {
        using var network = new PicoDet(DetectorShape.Named("mainbody-lite", 0.25));
        var path = Write(State(network));
        Assert.Contains("a square", Assert.Throws<ImportException>(() => ModelImport.Run(path, Model, [3, 320, 640])).Message, StringComparison.Ordinal);
        Assert.Contains("multiple of 32", Assert.Throws<ImportException>(() => ModelImport.Run(path, Model, [3, 300, 300])).Message, StringComparison.Ordinal);
        Assert.Contains("checkpoints", Assert.Throws<ImportException>(() => ModelImport.Run("inference.pdmodel", Model, network: "shitu-v2")).Message, StringComparison.Ordinal);
    }

    private static nn.Module Published(string folder)
    {
        if (folder.StartsWith("picodet", StringComparison.Ordinal)) return new PicoDet(DetectorShape.Named("mainbody-lite", 2.5));
        if (folder.Contains("x2_5", StringComparison.Ordinal)) return new FeatureNetworkV1();
        return new FeatureNetwork(new BackboneOptions()).Fuse();
    }

    private static Dictionary<string, (int[] Shape, float[] Values)> State(nn.Module network) => NamedState.Of(network).ToDictionary(
        state => StructuredNames.Theirs(state.Name),
        state => (state.Value.shape.Select(side => (int)side).ToArray(), RandomNetworks.Run(() => state.Value.detach().clone())));

    private string Import(Dictionary<string, (int[] Shape, float[] Values)> state, string folder = "model", string? network = null) =>
        ModelImport.Run(Write(state), Path.Combine(_root, folder), network: network);

    private string Write(Dictionary<string, (int[] Shape, float[] Values)> state)
    {
        var writer = new PickleWriter().Add("}");
        foreach (var (name, (shape, values)) in state) writer.Text(name).Array(shape, values).Add("s");
        var path = Path.Combine(_root, "model.pdparams");
        File.WriteAllBytes(path, writer.Add(".").Bytes);
        return path;
    }
}
