using System.Text;
using ShiTu.EdgeAgent.Configuration;
using ShiTu.TestKit;
using ShiTu.TestKit.Fuzzing;
using Xunit;

namespace ShiTu.EdgeAgent.Tests.Configuration;

public sealed class ConfigurationFuzzTests : IDisposable
{
    private readonly string _folder = TestFiles.CreateScratchFolder();

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Changed_configurations_are_taken_or_refused() => Configurations().Run(2000, 1);

    [Fact]
    [Trait("Speed", "slow")]
    public void A_million_changed_configurations_are_taken_or_refused() => Configurations().Run(1_000_000, 2);

    private FuzzTarget Configurations()
    {
        var file = Path.Combine(_folder, "appsettings.json");
        string[] corpus =
        [
            """{"mqtt":{"site":"nord","brokers":["mqtt://127.0.0.1:1883"]},"cameras":[{"name":"belt","source":"rtsp://user:secret@camera/stream","enabled":true}]}""",
            """{"models":{"threads":2},"recognition":{"threshold":0.61,"whole_picture":"only"},"tracking":{"close_after":"250ms"},"index":{"kind":"auto","exact_up_to":1000}} // a comment""",
            """{"cameras.0.name":"a","cameras:1:source":"demo:","mqtt":{"brokers":[]},"updates":{"trusted_keys":["/etc/shitu-edge/keys"]},"pipeline":{"workers":3,"max_frame_age":"1m"}}""",
        ];
        return new FuzzTarget(
            bytes =>
            {
                File.WriteAllBytes(file, bytes);
                foreach (var value in ConfigurationBinder.Bind(ConfigurationSources.Read(file, ["mqtt.site=south"])).Values())
                {
                    Assert.NotNull(value.Path);
                }
            },
            error => error is ConfigurationException,
            corpus.Select(Encoding.UTF8.GetBytes),
            "null", "true", "{", "}", "[", "]", "\"", ",", ":", ".", "0", "1e308", "-1", "999999999d", "10675200d", "1000", "1001", "\\u0000", "\\ud800", "/*", "*/", "//", "\uFEFF", "threshold", "source", "camera", "demo:", "rtsp://[::", "synthetic:0x0@0",
            "file:", "v4l2:", "mqtts://", "mqtt://host:99999");
    }
}
