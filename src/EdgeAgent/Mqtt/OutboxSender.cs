using Microsoft.Extensions.Logging;
using MQTTnet;
using ShiTu.EdgeAgent.Outbox;

namespace ShiTu.EdgeAgent.Mqtt;

/// <summary>
/// Sends what the outbox holds, oldest first, a window at a time, of each topic one message at a time: a camera's events arrive in order even where the broker refuses one and would have
/// taken the next. What was not acknowledged when a connection ended is sent again, with the same id. A refusal by the broker stops the window and narrows it to one until something is
/// taken again.
/// </summary>
internal sealed partial class OutboxSender(OutboxStore outbox, Topics topics, MqttOptions options, TimeProvider time, ILogger logger)
{
    private static readonly TimeSpan IdleLook = TimeSpan.FromSeconds(5);
    private readonly SendPace _pace = new(options.EventsPerSecond, time);
    private readonly ReconnectDelay _refusals = new(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(30));

    /// <summary>Why the broker takes nothing, or null.</summary>
    public string? Refused { get; private set; }

    /// <summary>Messages delivered since the start.</summary>
    public long Delivered { get; private set; }

    /// <summary>Sends until the connection fails or it is cancelled; an outbox that cannot write now holds up neither.</summary>
    public async Task RunAsync(MqttSession session, CancellationToken cancellation)
    {
        var window = new Queue<(OutboxEntry Entry, Task<MqttClientPublishResult> Sent)>();
        var ahead = new Queue<OutboxEntry>();
        var delivered = new List<long>();
        var committed = Task.CompletedTask;
        var after = 0L;
        try
        {
            while (true)
            {
                cancellation.ThrowIfCancellationRequested();
                var free = (Refused is null ? Math.Min(options.InFlight, session.ReceiveMaximum) : 1) - window.Count - ahead.Count;
                var room = _pace.Room(free);
                var paced = room < free;
                if (room > 0)
                {
                    var entries = await outbox.ReadAsync(after, room).WaitAsync(cancellation).ConfigureAwait(false);
                    _pace.Take(entries.Count);
                    paced &= entries.Count == room;
                    foreach (var entry in entries)
                    {
                        after = entry.Number;
                        ahead.Enqueue(entry);
                    }
                }

                while (ahead.TryPeek(out var next) && window.All(sent => sent.Entry.Topic != next.Topic))
                {
                    window.Enqueue((next, session.PublishAsync(Message(next), cancellation)));
                    ahead.Dequeue();
                }

                if (window.Count == 0)
                {
                    await committed.ConfigureAwait(false);
                    if (paced)
                    {
                        await Task.Delay(_pace.Rest, time, cancellation).ConfigureAwait(false);
                        continue;
                    }

                    after = 0;
                    await outbox.WaitForPendingAsync(IdleLook, cancellation).ConfigureAwait(false);
                    continue;
                }

                await window.Peek().Sent.ConfigureAwait(false);
                var refused = Take(window, delivered);
                await committed.ConfigureAwait(false);
                committed = delivered.Count > 0 ? outbox.DeliveredAsync([.. delivered]).WaitAsync(cancellation) : Task.CompletedTask;
                delivered.Clear();
                if (refused is { } no)
                {
                    await DrainAsync(window, delivered).ConfigureAwait(false);
                    ahead.Clear();
                    after = no - 1;
                    await Task.Delay(_refusals.Next(), time, cancellation).ConfigureAwait(false);
                }
            }
        }
        finally
        {
            await SettleAsync(window, delivered).ConfigureAwait(false);
        }
    }

    private OutgoingMessage Message(OutboxEntry entry) => new($"{topics.Device}/{entry.Topic}", entry.Payload) { Properties = CloudEvents.Of(entry, topics.Device) };

    // Takes what is acknowledged off the front; returns the number of the first that the broker refused.
    private long? Take(Queue<(OutboxEntry Entry, Task<MqttClientPublishResult> Sent)> window, List<long> delivered)
    {
        while (window.TryPeek(out var first) && first.Sent.IsCompletedSuccessfully)
        {
            window.Dequeue();
            var result = first.Sent.Result;
            if (!result.IsSuccess)
            {
                if (Refused is null)
                {
                    LogRefused(first.Entry.Topic, result.ReasonCode, result.ReasonString);
                }

                Refused = $"mqtt: the broker refuses {first.Entry.Topic} ({result.ReasonCode})";
                return first.Entry.Number;
            }

            Refused = null;
            _refusals.Reset();
            Delivered++;
            delivered.Add(first.Entry.Number);
        }

        return null;
    }

    private static async Task DrainAsync(Queue<(OutboxEntry Entry, Task<MqttClientPublishResult> Sent)> window, List<long> delivered)
    {
        while (window.TryDequeue(out var next))
        {
            if ((await next.Sent.ConfigureAwait(false)).IsSuccess)
            {
                delivered.Add(next.Entry.Number);
            }
        }
    }

    private async Task SettleAsync(Queue<(OutboxEntry Entry, Task<MqttClientPublishResult> Sent)> window, List<long> delivered)
    {
        foreach (var (entry, sent) in window)
        {
            try
            {
                if ((await sent.ConfigureAwait(false)).IsSuccess)
                {
                    delivered.Add(entry.Number);
                }
            }
            catch (Exception e) when (e is not OutOfMemoryException)
            {
                // Not acknowledged: it is sent again.
            }
        }

        // Not waited for: a disk that takes nothing must not keep the next connection from being made. The outbox works in order, so what is read next comes after this.
        _ = delivered.Count > 0 ? outbox.DeliveredAsync(delivered) : Task.CompletedTask;
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "The broker refuses messages on {Topic}: {Code} {Reason}. They wait in the outbox.")]
    private partial void LogRefused(string topic, MqttClientPublishReasonCode code, string? reason);
}
