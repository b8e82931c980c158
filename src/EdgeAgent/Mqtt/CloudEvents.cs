using MQTTnet.Packets;
using ShiTu.EdgeAgent.Events;
using ShiTu.EdgeAgent.Outbox;

namespace ShiTu.EdgeAgent.Mqtt;

/// <summary>CloudEvents 1.0 attributes as user properties (its MQTT binding, binary mode).</summary>
internal static class CloudEvents
{
    /// <summary>The attributes of an outbox message.</summary>
    public static IReadOnlyList<MqttUserProperty> Of(OutboxEntry entry, string source) =>
    [
        new("specversion", "1.0"u8.ToArray()),
        Property("id", entry.Id),
        Property("source", source),
        Property("type", entry.Type),
        Property("time", Rfc3339.Format(entry.Time)),
    ];

    /// <summary>A user property.</summary>
    public static MqttUserProperty Property(string name, string value) => new(name, System.Text.Encoding.UTF8.GetBytes(value));
}
