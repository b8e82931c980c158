using System.Threading.Channels;

namespace ShiTu.EdgeAgent.Mqtt;

/// <summary>Live boxes, metrics and pictures: sent at once or not at all. A lane of its own, so that a backlog of events never delays it, nor it them.</summary>
internal sealed class TelemetryLane
{
    private readonly Channel<OutgoingMessage> _messages;
    private long _dropped;
    private volatile bool _open;

    /// <summary>An empty lane.</summary>
    public TelemetryLane() => _messages = Channel.CreateBounded<OutgoingMessage>(
        new BoundedChannelOptions(64) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true }, _ => Interlocked.Increment(ref _dropped));

    /// <summary>Messages dropped since the start.</summary>
    public long Dropped => Interlocked.Read(ref _dropped);

    /// <summary>Takes a message, or drops it where there is no connection.</summary>
    public void Post(OutgoingMessage message)
    {
        if (!_open || !_messages.Writer.TryWrite(message))
        {
            Interlocked.Increment(ref _dropped);
        }
    }

    /// <summary>Sends what comes while the connection lasts.</summary>
    public async Task RunAsync(MqttSession session, CancellationToken cancellation)
    {
        while (_messages.Reader.TryRead(out _))
        {
            Interlocked.Increment(ref _dropped);
        }

        _open = true;
        try
        {
            await foreach (var message in _messages.Reader.ReadAllAsync(cancellation).ConfigureAwait(false))
            {
                await session.PublishAsync(message, cancellation).ConfigureAwait(false);
            }
        }
        finally
        {
            _open = false;
        }
    }
}
