using ShiTu.EdgeAgent.Capture;
using ShiTu.EdgeAgent.Configuration;
using ShiTu.EdgeAgent.Recognition;
using Xunit;

namespace ShiTu.EdgeAgent.Tests.Configuration;

public sealed class ConfigurationBinderTests
{
    [Fact]
    public void Without_settings_every_value_is_its_default()
    {
        var bound = ConfigurationBinder.Bind([]);
        Assert.Empty(bound.Origins);
        Assert.Equal(new ModelOptions(), bound.Options.Models);
        Assert.All(bound.Values(), value => Assert.Equal("default", value.Origin));
    }

    [Theory]
    [InlineData("recognition.whole_picture")]
    [InlineData("Recognition.WholePicture")]
    [InlineData("recognition.wholePicture")]
    public void A_key_may_be_spelt_in_any_of_the_usual_ways(string key) =>
        Assert.Equal(WholePicture.Only, Bind((key, "only", "file")).Options.Recognition.WholePicture);

    [Fact]
    public void A_later_source_wins_and_its_origin_is_kept()
    {
        var bound = Bind(("mqtt.site", "first", "a.json"), ("mqtt.site", "second", "b.json"));
        Assert.Equal("second", bound.Options.Mqtt.Site);
        Assert.Equal("b.json", bound.Origins["mqtt.site"]);
    }

    [Fact]
    public void Values_become_numbers_truth_values_and_durations()
    {
        var options = Bind(("models.threads", "3", "f"), ("recognition.threshold", "0.61", "f"), ("pipeline.change_gate", "False", "f"), ("tracking.close_after", "250ms", "f")).Options;
        Assert.Equal((3, 0.61f, false, TimeSpan.FromMilliseconds(250)), (options.Models.Threads, options.Recognition.Threshold, options.Pipeline.ChangeGate, options.Tracking.CloseAfter));
    }

    [Fact]
    public void An_element_of_a_list_keeps_the_defaults_of_what_is_not_said()
    {
        var camera = Assert.Single(Bind(("cameras.0.name", "belt", "f"), ("cameras.0.source", "rtsp://host/x", "f")).Options.Cameras);
        Assert.Equal(("belt", "rtsp://host/x", true, new CameraOptions().Silence), (camera.Name, camera.Source, camera.Enabled, camera.Silence));
    }

    [Fact]
    public void A_file_that_names_a_list_replaces_the_one_of_an_earlier_file()
    {
        var bound = Bind(("mqtt.brokers.0", "mqtt://127.0.0.1:1", "a.json"), ("mqtt.brokers.1", "mqtt://127.0.0.1:2", "a.json"), ("mqtt.brokers.0", "mqtt://127.0.0.1:3", "b.json"));
        Assert.Equal(["mqtt://127.0.0.1:3"], bound.Options.Mqtt.Brokers);
    }

    [Theory]
    [InlineData("mqtt.sitte", "x", "'mqtt.site'")]
    [InlineData("recognitoin.threshold", "1", "'recognition'")]
    [InlineData("models.threads", "many", "whole number")]
    [InlineData("pipeline.change_gate", "perhaps", "true or false")]
    [InlineData("tracking.close_after", "soon", "duration")]
    [InlineData("recognition.whole_picture", "sometimes", "one of")]
    [InlineData("models", "x", "holds keys of its own")]
    [InlineData("models.threads.deep", "1", "is a value")]
    [InlineData("cameras.first.name", "x", "is a list")]
    public void A_wrong_key_or_value_is_refused_with_origin_and_what_would_be_right(string key, string value, string expected)
    {
        var error = Assert.Throws<ConfigurationException>(() => Bind((key, value, "settings.json")));
        Assert.Contains("settings.json", error.Message, StringComparison.Ordinal);
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void All_findings_come_at_once()
    {
        var error = Assert.Throws<ConfigurationException>(() => Bind(("mqtt.sitte", "x", "f"), ("models.threads", "many", "f")));
        Assert.Equal(2, error.Findings.Count);
    }

    [Fact]
    public void Two_cameras_of_one_name_are_refused()
    {
        var error = Assert.Throws<ConfigurationException>(() => Bind(
            ("cameras.0.name", "a", "f"), ("cameras.0.source", "demo:", "f"), ("cameras.1.name", "a", "f"), ("cameras.1.source", "demo:", "f")));
        Assert.Contains("'a'", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Passwords_in_addresses_are_not_shown()
    {
        var shown = Bind(("cameras.0.name", "a", "f"), ("cameras.0.source", "rtsp://user:geheim@host/x", "f")).Values().Single(value => value.Path == "cameras.0.source").Value;
        Assert.DoesNotContain("geheim", shown, StringComparison.Ordinal);
        Assert.Contains("host", shown, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("250ms")]
    [InlineData("5s")]
    [InlineData("10m")]
    [InlineData("2h")]
    [InlineData("7d")]
    [InlineData("0s")]
    public void Durations_are_written_as_they_are_read(string text)
    {
        Assert.True(DurationConverter.TryParse(text, out var duration));
        Assert.Equal(text, DurationConverter.Format(duration));
    }

    private static BoundConfiguration Bind(params (string Key, string Value, string Origin)[] values) =>
        ConfigurationBinder.Bind([.. values.Select(value => new ConfigurationValue(value.Key, value.Value, value.Origin))]);
}
