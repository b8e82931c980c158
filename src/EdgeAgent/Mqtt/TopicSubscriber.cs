using System.Net;
using System.Threading.Channels;
using MQTTnet;
using MQTTnet.Formatter;
using MQTTnet.Packets;
using MQTTnet.Protocol;

namespace ShiTu.EdgeAgent.Mqtt;

/// <summary>Reads topics from a broker: what the demo shows, what <c>gallery watch</c> prints. One connection; it ends with it.</summary>
internal sealed class TopicSubscriber : IAsyncDisposable
{
    private readonly IMqttClient _client;
    private readonly Channel<IncomingMessage> _messages;

    private TopicSubscriber(IMqttClient client, Channel<IncomingMessage> messages)
    {
        _client = client;
        _messages = messages;
    }

    /// <summary>Connects to the first broker that takes it and subscribes (QoS 1).</summary>
    public static Task<TopicSubscriber> ConnectAsync(MqttOptions options, IEnumerable<string> filters, CancellationToken cancellation) =>
        BrokerOrder.ConnectAsync(options, (broker, patience) => ConnectAsync(broker, options, [.. filters], patience), cancellation);

    /// <summary>What comes, until the connection ends.</summary>
    public IAsyncEnumerable<IncomingMessage> ReadAllAsync(CancellationToken cancellation) => _messages.Reader.ReadAllAsync(cancellation);

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        _messages.Writer.TryComplete();
        _client.Dispose();
        return ValueTask.CompletedTask;
    }

    private static async Task<TopicSubscriber> ConnectAsync(BrokerAddress address, MqttOptions options, IReadOnlyList<string> filters, CancellationToken cancellation)
    {
        var messages = Channel.CreateUnbounded<IncomingMessage>();
        var client = new MqttClientFactory().CreateMqttClient();
        client.ApplicationMessageReceivedAsync += received =>
        {
            messages.Writer.TryWrite(IncomingMessage.From(received.ApplicationMessage));
            return Task.CompletedTask;
        };
        client.DisconnectedAsync += _ =>
        {
            messages.Writer.TryComplete();
            return Task.CompletedTask;
        };
        try
        {
            var result = await client.ConnectAsync(
                new MqttClientOptions
                {
                    ProtocolVersion = MqttProtocolVersion.V500,
                    ChannelOptions = new MqttClientTcpOptions { RemoteEndpoint = new DnsEndPoint(address.Host, address.Port), StreamProvider = new BrokerStreams(address, options) },
                    Credentials = options.UserName.Length > 0 ? new MqttClientCredentials(options.UserName, MqttCredentials.Password(options)) : null,
                    Timeout = options.ConnectTimeout,
                    MaximumPacketSize = (uint)options.MaximumPacketSize,
                },
                cancellation).ConfigureAwait(false);
            if (result.ResultCode != MqttClientConnectResultCode.Success)
            {
                throw new MqttRefusedException($"The broker {address} refused: {result.ResultCode} {result.ReasonString}".TrimEnd() + ".", otherProtocol: false);
            }

            var request = new MqttClientSubscribeOptions();
            request.TopicFilters.AddRange(filters.Select(filter => new MqttTopicFilter { Topic = filter, QualityOfServiceLevel = MqttQualityOfServiceLevel.AtLeastOnce }));
            await client.SubscribeAsync(request, cancellation).ConfigureAwait(false);
            return new TopicSubscriber(client, messages);
        }
        catch
        {
            client.Dispose();
            throw;
        }
    }
}
