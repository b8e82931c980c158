using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using MQTTnet;
using MQTTnet.Protocol;
using ShiTu.EdgeAgent.Outbox;

namespace ShiTu.EdgeAgent.Mqtt;

/// <summary>Handles a message; it is acknowledged when the task has completed.</summary>
internal delegate Task IncomingHandler(IncomingMessage message, CancellationToken cancellation);

/// <summary>What the device subscribes to, and who handles it. One message is handled at a time; the broker's window (receive maximum) bounds how many wait.</summary>
internal sealed partial class IncomingRouter(MqttOptions options, ILogger logger)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, IncomingHandler> _handlers = new(StringComparer.Ordinal);
    private readonly HashSet<string> _active = new(StringComparer.Ordinal);
    private readonly WakeSignal _changed = new();
    private readonly Channel<MqttApplicationMessageReceivedEventArgs> _waiting =
        Channel.CreateBounded<MqttApplicationMessageReceivedEventArgs>(new BoundedChannelOptions(options.ReceiveMaximum) { SingleReader = true });

    /// <summary>Messages that came without a request for acknowledgement, and were dropped: nothing is taken that way.</summary>
    public long Unacknowledged { get; private set; }

    /// <summary>Subscribes to a topic (with <c>+</c> and <c>#</c>), now and at every connection.</summary>
    public void Add(string filter, IncomingHandler handler)
    {
        lock (_gate)
        {
            _handlers[filter] = handler;
        }

        _changed.Set();
    }

    /// <summary>Ends a subscription.</summary>
    public void Remove(string filter)
    {
        lock (_gate)
        {
            _handlers.Remove(filter);
        }

        _changed.Set();
    }

    /// <summary>Takes what the client received. Returns at once while the broker keeps to its window.</summary>
    public async Task ReceiveAsync(MqttApplicationMessageReceivedEventArgs received)
    {
        received.AutoAcknowledge = false;
        if (received.ApplicationMessage.QualityOfServiceLevel == MqttQualityOfServiceLevel.AtMostOnce)
        {
            Unacknowledged++;
            return;
        }

        await _waiting.Writer.WriteAsync(received).ConfigureAwait(false);
    }

    /// <summary>Makes a new connection's subscriptions: a device is online when what is sent to it reaches it.</summary>
    public Task OpenAsync(MqttSession session, CancellationToken cancellation)
    {
        _active.Clear();
        return UpdateAsync(session, cancellation);
    }

    /// <summary>Keeps the connection's subscriptions as they should be, and handles what comes.</summary>
    public Task RunAsync(MqttSession session, CancellationToken cancellation) => Task.WhenAll(SubscribeAsync(session, cancellation), HandleAsync(cancellation));

    /// <summary>Forgets what an ended connection left: the broker sends it again.</summary>
    public void Clear()
    {
        while (_waiting.Reader.TryRead(out _))
        {
        }
    }

    private async Task SubscribeAsync(MqttSession session, CancellationToken cancellation)
    {
        while (true)
        {
            await _changed.WaitAsync(cancellation).ConfigureAwait(false);
            await UpdateAsync(session, cancellation).ConfigureAwait(false);
        }
    }

    private async Task UpdateAsync(MqttSession session, CancellationToken cancellation)
    {
        List<string> wanted;
        lock (_gate)
        {
            wanted = [.. _handlers.Keys];
        }

        var more = wanted.Where(filter => !_active.Contains(filter)).ToList();
        await session.UnsubscribeAsync(_active.Except(wanted), cancellation).ConfigureAwait(false);
        var refused = await session.SubscribeAsync(more, cancellation).ConfigureAwait(false);
        if (refused.Count > 0)
        {
            // Events matter more than updates: the connection stays.
            LogRefused(session.Address, string.Join(", ", refused));
        }

        _active.IntersectWith(wanted);
        _active.UnionWith(more);
    }

    private async Task HandleAsync(CancellationToken cancellation)
    {
        await foreach (var received in _waiting.Reader.ReadAllAsync(cancellation).ConfigureAwait(false))
        {
            try
            {
                if (Find(received.ApplicationMessage.Topic) is { } handler)
                {
                    await handler(IncomingMessage.From(received.ApplicationMessage), cancellation).ConfigureAwait(false);
                }
                else
                {
                    LogUnwanted(received.ApplicationMessage.Topic);
                }
            }
            catch (Exception e) when (e is not (OperationCanceledException or OutOfMemoryException))
            {
                // Without an acknowledgement the broker sends it again at the next connection.
                LogFailed(received.ApplicationMessage.Topic, e);
                continue;
            }

            await received.AcknowledgeAsync(cancellation).ConfigureAwait(false);
        }
    }

    private IncomingHandler? Find(string topic)
    {
        lock (_gate)
        {
            return _handlers.TryGetValue(topic, out var exact)
                ? exact
                : _handlers.FirstOrDefault(pair => MqttTopicFilterComparer.Compare(topic, pair.Key) == MqttTopicFilterCompareResult.IsMatch).Value;
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "The broker {Broker} refuses subscriptions: {Filters}. Updates or commands will not come.")]
    private partial void LogRefused(BrokerAddress broker, string filters);

    [LoggerMessage(Level = LogLevel.Error, Message = "A message on {Topic} could not be handled; it is not acknowledged.")]
    private partial void LogFailed(string topic, Exception why);

    [LoggerMessage(Level = LogLevel.Debug, Message = "A message on {Topic} came that nobody asked for.")]
    private partial void LogUnwanted(string topic);
}
