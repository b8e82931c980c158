using System.Text.Json;
using ShiTu.EndToEnd.Tests.Programs;
using Xunit;

namespace ShiTu.EndToEnd.Tests;

public sealed class BenchTests
{
    [Fact]
    [Trait("Speed", "slow")]
    public async Task The_native_build_allocates_nothing_a_frame_and_its_service_stays_small()
    {
        using var place = new Workplace();
        var (code, _, errors) = await PublishedAgent.RunAsync(["bench", "--quick", "--json", place.At("bench.json")], TimeSpan.FromMinutes(30));
        Assert.True(code == 0, errors);
        using var file = JsonDocument.Parse(await File.ReadAllBytesAsync(place.At("bench.json"), TestContext.Current.CancellationToken));
        var values = file.RootElement.EnumerateArray().Where(item => item.TryGetProperty("value", out _)).ToDictionary(item => item.GetProperty("case").GetString()!, item => item.GetProperty("value").GetDouble());
        Assert.Equal(0, values["managed allocation of 100 frames"]);
        Assert.InRange(values["resident memory of the service, both models and 10000 items"], 10, 250);
        Assert.True(values["events into the outbox, durable"] > 0);
        Assert.True(values["events from the outbox to a subscriber"] > 0);
    }
}
