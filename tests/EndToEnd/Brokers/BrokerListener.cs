using System.Diagnostics;
using System.Text.Json;
using MQTTnet;
using MQTTnet.Protocol;
using Xunit;

namespace ShiTu.EndToEnd.Tests.Brokers;

/// <summary>A subscriber that shares no code with the agent: keeps every message of its topics with the time it came.</summary>
internal sealed class BrokerListener : IAsyncDisposable
{
    private readonly IMqttClient _client = new MqttClientFactory().CreateMqttClient();
    private readonly List<(string Topic, JsonElement Payload, long At)> _messages = [];

    private BrokerListener()
    {
    }

    /// <summary>What came so far, in order.</summary>
    public IReadOnlyList<(string Topic, JsonElement Payload, long At)> Messages
    {
        get
        {
            lock (_messages)
            {
                return [.. _messages];
            }
        }
    }

    /// <summary>Subscribes with QoS 1.</summary>
    public static async Task<BrokerListener> ConnectAsync(int port, string filter, CancellationToken cancellation)
    {
        var listener = new BrokerListener();
        listener._client.ApplicationMessageReceivedAsync += received =>
        {
            listener.Keep(received.ApplicationMessage);
            return Task.CompletedTask;
        };
        await listener._client.ConnectAsync(new MqttClientOptionsBuilder().WithTcpServer("127.0.0.1", port).Build(), cancellation);
        await listener._client.SubscribeAsync(new MqttClientSubscribeOptionsBuilder().WithTopicFilter(filter, MqttQualityOfServiceLevel.AtLeastOnce).Build(), cancellation);
        return listener;
    }

    /// <summary>Waits for a message that came after <paramref name="after"/> (a time stamp of <see cref="Stopwatch"/>).</summary>
    /// <returns>When it came, counted from <paramref name="after"/>.</returns>
    public async Task<TimeSpan> WaitAsync(Func<string, JsonElement, bool> wanted, long after, TimeSpan limit, CancellationToken cancellation)
    {
        while (true)
        {
            foreach (var (topic, payload, at) in Messages)
            {
                if (at >= after && wanted(topic, payload))
                {
                    return Stopwatch.GetElapsedTime(after, at);
                }
            }

            if (Stopwatch.GetElapsedTime(after) > limit)
            {
                Assert.Fail($"It did not come within {limit.TotalSeconds:0} s; what came:\n{string.Join('\n', Messages.TakeLast(20).Select(message => $"{message.Topic} {message.Payload}"))}");
            }

            await Task.Delay(20, cancellation);
        }
    }

    public ValueTask DisposeAsync()
    {
        _client.Dispose();
        return ValueTask.CompletedTask;
    }

    private void Keep(MqttApplicationMessage message)
    {
        using var payload = JsonDocument.Parse(message.Payload);
        lock (_messages)
        {
            _messages.Add((message.Topic, payload.RootElement.Clone(), Stopwatch.GetTimestamp()));
        }
    }
}
