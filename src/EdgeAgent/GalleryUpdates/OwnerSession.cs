using ShiTu.EdgeAgent.Mqtt;

namespace ShiTu.EdgeAgent.GalleryUpdates;

/// <summary>The owner on the broker: publishes, and takes nothing but the broker's word that it has it.</summary>
internal sealed class OwnerSession : IAsyncDisposable
{
    private readonly MqttSession _session;

    private OwnerSession(MqttSession session) => _session = session;

    /// <summary>Connects to the first broker that takes it, with a client identifier of its own.</summary>
    /// <exception cref="MqttRefusedException">The broker refuses.</exception>
    public static async Task<OwnerSession> ConnectAsync(MqttOptions options, CancellationToken cancellation)
    {
        var owner = options with { ClientId = $"{options.Prefix}-owner-{Guid.NewGuid():N}", SessionExpiry = TimeSpan.Zero };
        // Nobody waits for the owner: an empty will clears nothing.
        var will = new OutgoingMessage($"{options.Prefix}/{options.Site}/owner", ReadOnlyMemory<byte>.Empty);
        return new OwnerSession(await BrokerOrder.ConnectAsync(
            owner, (broker, patience) => MqttSession.ConnectAsync(broker, owner, version5: true, will, _ => Task.CompletedTask, patience), cancellation).ConfigureAwait(false));
    }

    /// <summary>Publishes a signed document.</summary>
    public Task PublishAsync(string topic, SignedDocument document, bool retain, TimeSpan expiry, CancellationToken cancellation) => PublishAsync(
        new OutgoingMessage(topic, document.Payload)
        {
            Retain = retain,
            Expiry = expiry,
            Properties = [CloudEvents.Property("kid", document.KeyId ?? ""), CloudEvents.Property("sig", document.Signature ?? "")],
        },
        cancellation);

    /// <summary>Publishes a message.</summary>
    /// <exception cref="MqttRefusedException">The broker does not take it.</exception>
    public async Task PublishAsync(OutgoingMessage message, CancellationToken cancellation)
    {
        var result = await _session.PublishAsync(message, cancellation).ConfigureAwait(false);
        if (!result.IsSuccess)
        {
            throw new MqttRefusedException($"The broker refuses {message.Topic}: {result.ReasonCode} {result.ReasonString}".TrimEnd() + ".", otherProtocol: false);
        }
    }

    /// <summary>Says goodbye.</summary>
    public Task DisconnectAsync(CancellationToken cancellation) => _session.DisconnectAsync(cancellation);

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _session.DisposeAsync();
}
