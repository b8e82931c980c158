using System.Text;
using System.Text.Json;
using ShiTu.EdgeAgent.Events;
using Xunit;

namespace ShiTu.EdgeAgent.Tests.Events;

public sealed class EventJsonTests
{
    [Fact]
    public void An_event_is_the_contracts_example_to_the_byte()
    {
        var json = Encoding.UTF8.GetString(EventJson.Seal(EventJson.WriteOpen(SampleEvents.Confirmed(), 412, "till-3.01J9.412"), historical: false));
        Assert.Equal(
            """
            {"schema":"shitu.event/1","id":"till-3.01J9.412","seq":412,"type":"confirmed","time":"2026-03-01T11:30:15.250Z","camera":"belt","object":"belt-77",
            "decision":"recognised","item":"sku-4411","label":"Gräddfil \"3 dl\" 牛乳","similarity":0.83,"margin":0.21,"runner_up":{"item":"sku-9","label":"Filmjölk","similarity":0.62},
            "box":{"x":412,"y":230,"w":118,"h":164},"frame":{"w":1280,"h":720},"detector_score":0.91,"looks":4,"agreement":1,
            "model":"mainbody-x1_0-416+general-pplcnetv2-224@ab12cd34","gallery_generation":57,"historical":false}
            """.ReplaceLineEndings(""),
            json);
    }

    [Fact]
    public void What_is_absent_is_left_out_and_never_null()
    {
        using var json = JsonDocument.Parse(EventJson.Seal(EventJson.WriteOpen(SampleEvents.Unknown(), 1, "x"), historical: true));
        Assert.Equal("unknown", json.RootElement.GetProperty("decision").GetString());
        Assert.Equal("the gallery is empty", json.RootElement.GetProperty("reason").GetString());
        Assert.Equal(4200, json.RootElement.GetProperty("duration_ms").GetInt64());
        Assert.True(json.RootElement.GetProperty("historical").GetBoolean());
        foreach (var absent in (string[])["item", "label", "similarity", "margin", "runner_up"])
        {
            Assert.False(json.RootElement.TryGetProperty(absent, out _), absent);
        }

        Assert.DoesNotContain(json.RootElement.EnumerateObject(), property => property.Value.ValueKind == JsonValueKind.Null);
    }

    [Theory]
    [InlineData("2026-03-01T12:00:00.000Z", true)]
    [InlineData("2026-03-01T12:00:00Z", true)]
    [InlineData("2026-03-01T14:00:00+02:00", true)]
    [InlineData("2026-03-01T12:00:00", false)]
    [InlineData("2026-03-01", false)]
    [InlineData("yesterday evening, at noon", false)]
    [InlineData(null, false)]
    public void Only_times_with_an_offset_are_times(string? text, bool valid)
    {
        Assert.Equal(valid, Rfc3339.TryParse(text, out var time));
        if (valid)
        {
            Assert.Equal("2026-03-01T12:00:00.000Z", Rfc3339.Format(time));
        }
    }
}
