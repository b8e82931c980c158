using MQTTnet.Packets;

namespace ShiTu.EdgeAgent.Mqtt;

/// <summary>A message on its way out.</summary>
internal sealed record OutgoingMessage(string Topic, ReadOnlyMemory<byte> Payload)
{
    /// <summary>True waits for the broker's acknowledgement (QoS 1); false is QoS 0.</summary>
    public bool Acknowledged { get; init; } = true;

    /// <summary>Whether the broker keeps it for later subscribers.</summary>
    public bool Retain { get; init; }

    /// <summary>How long it is worth anything; zero is for ever.</summary>
    public TimeSpan Expiry { get; init; }

    /// <summary>Media type.</summary>
    public string ContentType { get; init; } = "application/json";

    /// <summary>User properties (MQTT 5).</summary>
    public IReadOnlyList<MqttUserProperty> Properties { get; init; } = [];

    /// <summary>Where an answer is wanted (MQTT 5), or null.</summary>
    public string? ResponseTopic { get; init; }

    /// <summary>Correlation data (MQTT 5): that of the command it answers, or of the answer that is wanted; or null.</summary>
    public byte[]? Correlation { get; init; }
}
