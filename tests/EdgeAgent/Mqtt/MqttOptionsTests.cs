using ShiTu.EdgeAgent.Mqtt;
using Xunit;

namespace ShiTu.EdgeAgent.Tests.Mqtt;

public sealed class MqttOptionsTests
{
    [Fact]
    public void The_defaults_are_valid() => Assert.Empty(new MqttOptions().Validate("mqtt"));

    [Theory]
    [InlineData("mqtt://broker.example", "mqtt.brokers.0: mqtt:// sends everything readable")]
    [InlineData("http://broker.example", "mqtt.brokers.0: expected mqtts://")]
    [InlineData("mqtts://user:pass@broker.example", "mqtt.brokers.0: expected a host and a port only")]
    [InlineData("broker", "mqtt.brokers.0: expected mqtts://")]
    public void A_broker_that_would_leak_or_is_none_is_refused_by_its_key(string broker, string expected) =>
        Assert.StartsWith(expected, Assert.Single(new MqttOptions { Brokers = [broker] }.Validate("mqtt")), StringComparison.Ordinal);

    [Theory]
    [InlineData("mqtt://127.0.0.1")]
    [InlineData("mqtt://localhost:1884")]
    [InlineData("mqtt://[::1]:1883")]
    [InlineData("mqtts://broker.example")]
    public void Plaintext_stays_on_this_machine(string broker) => Assert.Empty(new MqttOptions { Brokers = [broker] }.Validate("mqtt"));

    [Fact]
    public void Plaintext_can_be_forced() => Assert.Empty(new MqttOptions { Brokers = ["mqtt://broker.example"], AllowPlaintext = true }.Validate("mqtt"));

    [Fact]
    public void Names_that_do_not_fit_a_topic_are_refused()
    {
        var findings = new MqttOptions { Site = "Göteborg", Device = "till/3", Prefix = "a+b" }.Validate("mqtt").ToList();
        Assert.Equal(3, findings.Count);
        Assert.Contains(findings, finding => finding.StartsWith("mqtt.site:", StringComparison.Ordinal));
    }

    [Fact]
    public void Waits_grow_to_a_limit_and_are_never_all_the_same()
    {
        var delay = new ReconnectDelay(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(60));
        var waits = Enumerable.Range(0, 40).Select(_ => delay.Next().TotalSeconds).ToList();
        Assert.All(waits, wait => Assert.InRange(wait, 0.5, 60));
        Assert.All(waits.Skip(6), wait => Assert.InRange(wait, 30, 60));
        Assert.True(waits.Skip(6).Distinct().Count() > 5);
        delay.Reset();
        Assert.InRange(delay.Next().TotalSeconds, 0.5, 1);
    }
}
