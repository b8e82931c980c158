using System.Runtime.CompilerServices;
using System.Text.Json;
using ShiTu.EdgeAgent.Mqtt;

namespace ShiTu.EdgeAgent.GalleryUpdates;

/// <summary>What a device of the site said about its gallery.</summary>
/// <param name="Device">The device.</param>
/// <param name="Kind"><c>receipts</c>, <c>gallery</c> or <c>status</c>.</param>
/// <param name="Document">The JSON.</param>
internal sealed record DeviceReport(string Device, string Kind, JsonElement Document);

/// <summary>Follows receipts, gallery states and status of every device of a site.</summary>
internal static class GalleryWatch
{
    /// <summary>What the devices say, retained states first, until it is cancelled or the broker goes.</summary>
    public static async IAsyncEnumerable<DeviceReport> WatchAsync(MqttOptions options, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var site = $"{options.Prefix}/{options.Site}/+/";
        await using var subscriber = await TopicSubscriber.ConnectAsync(options, [site + "receipts", site + "gallery", site + "status"], cancellation).ConfigureAwait(false);
        await foreach (var message in subscriber.ReadAllAsync(cancellation).ConfigureAwait(false))
        {
            var levels = message.Topic.Split('/');
            if (levels.Length == 4 && TryParse(message.Payload) is { } document)
            {
                yield return new DeviceReport(levels[2], levels[3], document);
            }
        }
    }

    private static JsonElement? TryParse(ReadOnlyMemory<byte> payload)
    {
        try
        {
            return JsonElement.Parse(payload.Span);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
