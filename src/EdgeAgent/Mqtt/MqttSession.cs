using System.Buffers;
using MQTTnet;
using MQTTnet.Formatter;
using MQTTnet.Packets;
using MQTTnet.Protocol;

namespace ShiTu.EdgeAgent.Mqtt;

/// <summary>One connection to one broker, from its CONNACK to its end.</summary>
internal sealed class MqttSession : IAsyncDisposable
{
    private readonly IMqttClient _client;
    private readonly TimeSpan _patience;
    private readonly TaskCompletionSource _lost = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private MqttSession(IMqttClient client, BrokerAddress address, bool version5, TimeSpan patience)
    {
        _client = client;
        _patience = patience;
        Address = address;
        Version5 = version5;
        client.DisconnectedAsync += lost =>
        {
            _lost.TrySetException(lost.Exception ?? new IOException($"The broker {address} ended the connection ({lost.Reason})."));
            return Task.CompletedTask;
        };
    }

    /// <summary>The broker.</summary>
    public BrokerAddress Address { get; }

    /// <summary>Whether MQTT 5 is spoken.</summary>
    public bool Version5 { get; }

    /// <summary>Whether the broker still knew this device.</summary>
    public bool SessionPresent { get; private init; }

    /// <summary>Messages the broker takes at once.</summary>
    public int ReceiveMaximum { get; private init; } = ushort.MaxValue;

    /// <summary>Fails when the connection is gone.</summary>
    public Task Lost => _lost.Task;

    /// <summary>Connects.</summary>
    /// <exception cref="MqttRefusedException">The broker said no.</exception>
    public static async Task<MqttSession> ConnectAsync(
        BrokerAddress address, MqttOptions options, bool version5, OutgoingMessage will, Func<MqttApplicationMessageReceivedEventArgs, Task> received, CancellationToken cancellation)
    {
        var client = new MqttClientFactory().CreateMqttClient();
        client.ApplicationMessageReceivedAsync += received;
        try
        {
            using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            patience.CancelAfter(options.ConnectTimeout);
            var result = await client.ConnectAsync(Describe(address, options, version5, will), patience.Token).ConfigureAwait(false);
            if (result.ResultCode != MqttClientConnectResultCode.Success)
            {
                throw new MqttRefusedException($"The broker {address} refused: {result.ResultCode} {result.ReasonString}".TrimEnd() + ".",
                    result.ResultCode == MqttClientConnectResultCode.UnsupportedProtocolVersion);
            }

            return new MqttSession(client, address, version5, options.AcknowledgeTimeout)
            {
                SessionPresent = result.IsSessionPresent,
                ReceiveMaximum = result.ReceiveMaximum is > 0 and { } most ? most : ushort.MaxValue,
            };
        }
        catch
        {
            client.Dispose();
            throw;
        }
    }

    /// <summary>Sends a message; for an acknowledged one the result is the broker's.</summary>
    public async Task<MqttClientPublishResult> PublishAsync(OutgoingMessage message, CancellationToken cancellation)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        patience.CancelAfter(_patience);
        try
        {
            return await _client.PublishAsync(Describe(message), patience.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            var late = new TimeoutException($"The broker {Address} did not acknowledge within {_patience:c}.");
            _lost.TrySetException(late);
            throw late;
        }
    }

    /// <summary>Subscribes; returns what the broker refused.</summary>
    public async Task<IReadOnlyList<string>> SubscribeAsync(IEnumerable<string> filters, CancellationToken cancellation)
    {
        var refused = new List<string>();
        foreach (var some in filters.Chunk(64))
        {
            var request = new MqttClientSubscribeOptions();
            request.TopicFilters.AddRange(some.Select(filter => new MqttTopicFilter
            {
                Topic = filter,
                QualityOfServiceLevel = MqttQualityOfServiceLevel.AtLeastOnce,
                RetainAsPublished = Version5,
            }));
            using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            patience.CancelAfter(_patience);
            var result = await _client.SubscribeAsync(request, patience.Token).ConfigureAwait(false);
            refused.AddRange(result.Items.Where(item => item.ResultCode > MqttClientSubscribeResultCode.GrantedQoS2).Select(item => $"{item.TopicFilter.Topic} ({item.ResultCode})"));
        }

        return refused;
    }

    /// <summary>Ends subscriptions.</summary>
    public async Task UnsubscribeAsync(IEnumerable<string> filters, CancellationToken cancellation)
    {
        foreach (var some in filters.Chunk(64))
        {
            var request = new MqttClientUnsubscribeOptions();
            request.TopicFilters.AddRange(some);
            using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            patience.CancelAfter(_patience);
            await _client.UnsubscribeAsync(request, patience.Token).ConfigureAwait(false);
        }
    }

    /// <summary>Says goodbye; the broker then keeps the will to itself.</summary>
    public async Task DisconnectAsync(CancellationToken cancellation)
    {
        try
        {
            await _client.DisconnectAsync(new MqttClientDisconnectOptions(), cancellation).ConfigureAwait(false);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            // It is gone already.
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        _lost.TrySetException(new ObjectDisposedException(nameof(MqttSession)));
        _ = _lost.Task.Exception;
        _client.Dispose();
        return ValueTask.CompletedTask;
    }

    private static MqttClientOptions Describe(BrokerAddress address, MqttOptions options, bool version5, OutgoingMessage will)
    {
        var description = new MqttClientOptions
        {
            ProtocolVersion = version5 ? MqttProtocolVersion.V500 : MqttProtocolVersion.V311,
            ChannelOptions = new MqttClientTcpOptions { RemoteEndpoint = new System.Net.DnsEndPoint(address.Host, address.Port), StreamProvider = new BrokerStreams(address, options) },
            ClientId = options.EffectiveClientId,
            CleanSession = false,
            KeepAlivePeriod = options.KeepAlive,
            Timeout = options.AcknowledgeTimeout,
            WillTopic = will.Topic,
            WillPayload = will.Payload.ToArray(),
            WillQualityOfServiceLevel = MqttQualityOfServiceLevel.AtLeastOnce,
            WillRetain = true,
        };
        if (options.UserName.Length > 0)
        {
            description.Credentials = new MqttClientCredentials(options.UserName, MqttCredentials.Password(options));
        }

        if (version5)
        {
            description.SessionExpiryInterval = (uint)options.SessionExpiry.TotalSeconds;
            description.ReceiveMaximum = (ushort)options.ReceiveMaximum;
            description.MaximumPacketSize = (uint)options.MaximumPacketSize;
            description.WillContentType = will.ContentType;
        }

        return description;
    }

    private MqttApplicationMessage Describe(OutgoingMessage message)
    {
        var description = new MqttApplicationMessage
        {
            Topic = message.Topic,
            Payload = new ReadOnlySequence<byte>(message.Payload),
            QualityOfServiceLevel = message.Acknowledged ? MqttQualityOfServiceLevel.AtLeastOnce : MqttQualityOfServiceLevel.AtMostOnce,
            Retain = message.Retain,
        };
        if (Version5)
        {
            description.ContentType = message.ContentType;
            description.MessageExpiryInterval = (uint)Math.Ceiling(message.Expiry.TotalSeconds);
            description.UserProperties = message.Properties.Count > 0 ? [.. message.Properties] : null;
            description.ResponseTopic = message.ResponseTopic;
            description.CorrelationData = message.Correlation;
        }

        return description;
    }
}
