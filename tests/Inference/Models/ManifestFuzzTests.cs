using ShiTu.Inference.Models;
using ShiTu.TestKit;
using ShiTu.TestKit.Fuzzing;
using Xunit;

namespace ShiTu.Inference.Tests.Models;

public sealed class ManifestFuzzTests : IDisposable
{
    private readonly string _folder = TestFiles.CreateScratchFolder();

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Changed_model_manifests_are_taken_or_refused() => Manifests().Run(5000, 1);

    [Fact]
    [Trait("Speed", "slow")]
    public void A_million_changed_model_manifests_are_taken_or_refused() => Manifests().Run(1_000_000, 2);

    private FuzzTarget Manifests()
    {
        var feature = TinyModels.Feature(Path.Combine(_folder, "feature"));
        var detector = TinyModels.Detector(Path.Combine(_folder, "detector"));
        var file = Path.Combine(feature, "manifest.json");
        return new FuzzTarget(
            bytes =>
            {
                File.WriteAllBytes(file, bytes);
                ModelManifest.Read(feature);
            },
            error => error is ModelException,
            [File.ReadAllBytes(file), File.ReadAllBytes(Path.Combine(detector, "manifest.json"))],
            "null", "{}", "[]", "[1,1,1]", "\"", ",", ":", "\\u0000", "\\ud83c", "1e999", "NaN", "-1", "65536", "\"mainbody\"", "\"feature\"", "\"self_test\":\"AAAA\",", "\"cubic\"", "\"7\"", new string('a', 64));
    }
}
