using System.Text.Json;
using ShiTu.EndToEnd.Tests.Programs;
using Xunit;

namespace ShiTu.EndToEnd.Tests;

public sealed class DemoTests
{
    [Fact]
    public async Task The_demo_looks_at_every_frame_names_nothing_wrong_and_leaves_a_summary()
    {
        using var place = new Workplace();
        var (code, _, errors) = await PublishedAgent.RunAsync(["run", "--demo", "--summary", place.At("summary.json")], TimeSpan.FromMinutes(10));
        Assert.True(code == 0, errors);
        using var file = JsonDocument.Parse(await File.ReadAllBytesAsync(place.At("summary.json"), TestContext.Current.CancellationToken));
        var summary = file.RootElement;
        Assert.All(
            new[] { "frames", "fps", "right", "wrong", "unknown_right", "unknown_wrong", "missed", "repeated", "found_share", "false_boxes_per_frame" },
            field => Assert.Equal(JsonValueKind.Number, summary.GetProperty(field).ValueKind));
        Assert.Equal(600, summary.GetProperty("frames").GetInt32());
        Assert.True(summary.GetProperty("wrong").GetInt32() == 0, errors);
        Assert.True(summary.GetProperty("right").GetInt32() >= 22, errors);
        Assert.Equal(0, summary.GetProperty("unknown_wrong").GetInt32());
        Assert.True(summary.GetProperty("repeated").GetInt32() <= 1, errors);
        Assert.NotEmpty(summary.GetProperty("events").EnumerateObject());
        Assert.NotEmpty(summary.GetProperty("stages").EnumerateObject());
        Assert.All(summary.GetProperty("stages").EnumerateObject(), stage => Assert.True(
            stage.Value.GetProperty("p50_ms").GetDouble() <= stage.Value.GetProperty("p90_ms").GetDouble()
            && stage.Value.GetProperty("p90_ms").GetDouble() <= stage.Value.GetProperty("p99_ms").GetDouble()));
    }
}
