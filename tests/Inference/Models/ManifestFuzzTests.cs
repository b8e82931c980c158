using ShiTu.Inference.Models;
using ShiTu.TestKit.Fuzzing;
using Xunit;

namespace ShiTu.Inference.Tests.Models;

public sealed class ManifestFuzzTests : TinyModelFolder
{
    [Fact]
    public void Changed_model_manifests_are_taken_or_refused() => Manifests().Run(5000, 1);

    [Fact]
    [Trait("Speed", "slow")]
    public void A_million_changed_model_manifests_are_taken_or_refused() => Manifests().Run(1_000_000, 2);

    private FuzzTarget Manifests()
    {
        var file = Path.Combine(Feature, "manifest.json");
        return new FuzzTarget(
            bytes =>
            {
                File.WriteAllBytes(file, bytes);
                ModelManifest.Read(Feature);
            },
            error => error is ModelException,
            [File.ReadAllBytes(file), File.ReadAllBytes(Path.Combine(Detector, "manifest.json"))],
            "null", "{}", "[]", "[1,1,1]", "\"", ",", ":", "\\u0000", "\\ud83c", "1e999", "NaN", "-1", "65536", "\"mainbody\"", "\"feature\"", "\"self_test\":\"AAAA\",", "\"cubic\"", "\"7\"", new string('a', 64));
    }
}
