using ShiTu.Inference.Engines;
using ShiTu.Inference.Imaging;
using ShiTu.Inference.Models;
using Xunit;

namespace ShiTu.Inference.Tests.Models;

public sealed class ModelSetTests : TinyModelFolder
{
    [Fact]
    public void A_set_tells_what_it_loaded()
    {
        using var set = Load();
        Assert.Equal("tiny-mainbody", set.Detector.Name);
        Assert.Equal("tiny-feature", set.Feature.Name);
        Assert.Matches("^tiny-mainbody\\+tiny-feature@[0-9a-f]{8}$", set.Identity);
        Assert.StartsWith("onnxruntime", set.EngineDescription, StringComparison.Ordinal);
    }

    [Fact]
    public void The_identity_changes_with_weights_and_preparation_only()
    {
        using var set = Load();
        var same = ModelManifest.Write(Feature, "tiny-feature", ModelManifest.FeatureKind, set.Feature.Preparation, ["mean"], 3, []);
        Assert.Equal(set.Feature.Identity, same.Identity);
        var linear = set.Feature.Preparation with { Interpolation = Interpolation.Cubic };
        Assert.NotEqual(same.Identity, ModelManifest.Write(Feature, "tiny-feature", ModelManifest.FeatureKind, linear, ["mean"], 3, []).Identity);
        using var other = Load();
        Assert.NotEqual(set.Identity, other.Identity);
    }

    [Theory]
    [InlineData("model.xml")]
    [InlineData("model.bin")]
    [InlineData("manifest.json")]
    public void A_missing_file_is_named(string file)
    {
        File.Delete(Path.Combine(Feature, file));
        Refused(Path.Combine(Feature, file), "a model folder holds model.xml, model.bin and manifest.json");
    }

    [Theory]
    [InlineData("model.xml")]
    [InlineData("model.bin")]
    public void A_truncated_file_is_named(string file)
    {
        var path = Path.Combine(Detector, file);
        File.WriteAllBytes(path, File.ReadAllBytes(path)[..^7]);
        Refused(path, "cut off, changed, or of another model");
    }

    [Fact]
    public void A_file_of_another_model_is_named()
    {
        File.Copy(Path.Combine(Detector, "model.bin"), Path.Combine(Feature, "model.bin"), overwrite: true);
        Refused(Path.Combine(Feature, "model.bin"), "of another model");
    }

    [Theory]
    [InlineData("", "not a model manifest")]
    [InlineData("null", "expected a manifest")]
    [InlineData("{\"name\":\"x\"}", "not a model manifest")]
    [InlineData("PNG", "not a model manifest")]
    public void A_manifest_that_is_none_is_refused(string text, string reason)
    {
        var path = Path.Combine(Detector, "manifest.json");
        File.WriteAllText(path, text);
        Refused(path, reason);
    }

    [Theory]
    [InlineData("\"kind\": \"feature\"", "\"kind\": \"classifier\"", "mainbody or feature")]
    [InlineData("\"interpolation\": \"linear\"", "\"interpolation\": \"lanczos\"", "nearest, linear, cubic or area")]
    [InlineData("\"interpolation\": \"linear\"", "\"interpolation\": \"9\"", "nearest, linear, cubic or area")]
    [InlineData("\"interpolation\": \"linear\"", "\"interpolation\": \"cubic\"", "changed by hand")]
    [InlineData("\"width\": 16", "\"width\": 0", "1 to 4096")]
    [InlineData("\"dimension\": 3", "\"dimension\": 0", "does not go together")]
    public void A_manifest_with_a_wrong_value_says_what_is_right(string right, string wrong, string reason)
    {
        var path = Path.Combine(Feature, "manifest.json");
        var text = File.ReadAllText(path);
        Assert.Contains(right, text, StringComparison.Ordinal);
        File.WriteAllText(path, text.Replace(right, wrong, StringComparison.Ordinal));
        Refused(path, reason);
    }

    [Fact]
    public void Exchanged_folders_are_noticed()
    {
        var error = Assert.Throws<ModelException>(() => ModelSet.Load(Feature, Detector, Bundled));
        Assert.Contains("exchanged", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_that_does_not_exist_is_named() =>
        Assert.Contains(In("nowhere"), Assert.Throws<ModelException>(() => ModelSet.Load(In("nowhere"), Feature, Bundled)).Message, StringComparison.Ordinal);

    [Fact]
    public void Where_both_folders_are_wrong_the_detector_is_told() =>
        Assert.Contains(In("nowhere"), Assert.Throws<ModelException>(() => ModelSet.Load(In("nowhere"), In("neither"), Bundled)).Message, StringComparison.Ordinal);

    [Fact]
    public void A_model_that_does_not_do_what_its_manifest_says_is_refused()
    {
        var manifest = ModelManifest.Read(Feature);
        ModelManifest.Write(Feature, manifest.Name, manifest.Kind, manifest.Preparation, manifest.Outputs, dimension: 512, []);
        Assert.Contains("[1,512]", Assert.Throws<ModelException>(Load).Message, StringComparison.Ordinal);
        ModelManifest.Write(Feature, manifest.Name, manifest.Kind, manifest.Preparation with { Width = 32 }, manifest.Outputs, 3, []);
        Assert.Contains("[1,3,16,32]", Assert.Throws<ModelException>(Load).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_self_test_passes_on_the_recorded_embedding_and_fails_on_another()
    {
        Assert.Null(ModelManifest.Read(Feature).SelfTest);
        var recorded = ModelSelfTest.Record(Feature);
        Assert.Equal(recorded.SelfTest, ModelManifest.Read(Feature).SelfTest);
        Load().Dispose();

        float[] wrong = [recorded.SelfTest![1], -recorded.SelfTest[0], 0];
        ModelManifest.Write(Feature, recorded.Name, recorded.Kind, recorded.Preparation, recorded.Outputs, recorded.Dimension, [], wrong);
        Assert.Contains("self-test", Assert.Throws<SelfTestException>(Load).Message, StringComparison.Ordinal);
    }

    private void Refused(string path, string reason)
    {
        var error = Assert.Throws<ModelException>(Load);
        Assert.Contains(path, error.Message, StringComparison.Ordinal);
        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
    }
}
