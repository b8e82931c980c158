using System.Text.Json;
using ShiTu.EdgeAgent.Mqtt;

namespace ShiTu.EdgeAgent.GalleryUpdates;

/// <summary>The owner's side of commands: signs one, publishes it, waits for the receipt that names it.</summary>
internal static class CommandSending
{
    /// <summary>Sends it; the receipt, or null where none came in time.</summary>
    /// <exception cref="MqttRefusedException">The broker refuses.</exception>
    public static async Task<JsonElement?> SendAsync(Command command, SigningKey key, MqttOptions options, string device, TimeSpan patience, CancellationToken cancellation)
    {
        var topics = new Topics(options.Prefix, options.Site, device);
        await using var subscriber = await TopicSubscriber.ConnectAsync(options, [topics.Receipts], cancellation).ConfigureAwait(false);
        await using (var session = await OwnerSession.ConnectAsync(options, cancellation).ConfigureAwait(false))
        {
            await session.PublishAsync(topics.Command(command.Name), SignedDocument.Sign(command.ToJson(), key), retain: false, command.Expires - command.Issued, cancellation).ConfigureAwait(false);
            await session.DisconnectAsync(cancellation).ConfigureAwait(false);
        }

        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        end.CancelAfter(patience);
        try
        {
            await foreach (var message in subscriber.ReadAllAsync(end.Token).ConfigureAwait(false))
            {
                using var receipt = JsonDocument.Parse(message.Payload);
                if (receipt.RootElement.TryGetProperty("ref", out var reference) && (reference.ValueEquals(command.Id) || IsOfUnread(receipt.RootElement, reference, command)))
                {
                    return receipt.RootElement.Clone();
                }
            }
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            // Nothing came in time.
        }

        return null;
    }

    // A device reads no id from bytes whose signature is not good: its refusal names the topic's last level.
    private static bool IsOfUnread(JsonElement receipt, JsonElement reference, Command command) =>
        reference.ValueEquals(command.Name) && receipt.TryGetProperty("check", out var check) && check.GetString() is "signature" or "key" or "size";
}
