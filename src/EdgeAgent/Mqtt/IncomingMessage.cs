using System.Buffers;
using MQTTnet;

namespace ShiTu.EdgeAgent.Mqtt;

/// <summary>A message that came in. It is acknowledged when its handler has returned.</summary>
/// <param name="Topic">Topic.</param>
/// <param name="Payload">Payload.</param>
/// <param name="Retained">Whether the broker kept it from before.</param>
/// <param name="Properties">User properties; the first of a name counts.</param>
internal sealed record IncomingMessage(string Topic, ReadOnlyMemory<byte> Payload, bool Retained, IReadOnlyDictionary<string, string> Properties)
{
    /// <summary>Where the sender wants the answer (MQTT 5), or null. Nobody signed it.</summary>
    public string? ResponseTopic { get; init; }

    /// <summary>What the answer must carry (MQTT 5), or null.</summary>
    public byte[]? Correlation { get; init; }

    /// <summary>The user property of that name, or null.</summary>
    public string? Property(string name) => Properties.GetValueOrDefault(name);

    /// <summary>Takes over what the client library received.</summary>
    public static IncomingMessage From(MqttApplicationMessage message)
    {
        var properties = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var property in message.UserProperties ?? [])
        {
            properties.TryAdd(property.Name, System.Text.Encoding.UTF8.GetString(property.ValueBuffer.Span));
        }

        return new IncomingMessage(message.Topic, message.Payload.ToArray(), message.Retain, properties) { ResponseTopic = message.ResponseTopic, Correlation = message.CorrelationData };
    }
}
