using System.Security.Cryptography;
using ShiTu.EdgeAgent.Mqtt;
using ShiTu.EdgeAgent.Outbox;

namespace ShiTu.EdgeAgent.GalleryUpdates;

/// <summary>Follows the site's desired gallery on the broker: the newest manifest wins, each is answered once.</summary>
internal sealed class UpdateService
{
    private static readonly TimeSpan ChunkPatience = TimeSpan.FromMinutes(2);
    private readonly GalleryUpdater _updater;
    private readonly MqttService _mqtt;
    private readonly OutboxStore _outbox;
    private readonly MqttChunks _source;
    private readonly WakeSignal _news = new();
    private readonly HashSet<string> _answered = new(StringComparer.Ordinal);
    private SignedDocument? _newest;
    private CancellationTokenSource? _running;

    /// <summary>Subscribes; nothing is taken before <see cref="RunAsync"/>.</summary>
    public UpdateService(GalleryUpdater updater, MqttService mqtt, OutboxStore outbox, TimeProvider time, TimeSpan? chunkPatience = null)
    {
        _updater = updater;
        _mqtt = mqtt;
        _outbox = outbox;
        _source = new MqttChunks(mqtt, chunkPatience ?? ChunkPatience, time);
        mqtt.Incoming.Add(mqtt.Topics.DesiredGallery, Receive);
    }

    /// <summary>Takes manifests until it is cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        await SendAsync(await _updater.RecoverAsync(loads: true, cancellation).ConfigureAwait(false)).ConfigureAwait(false);
        while (true)
        {
            await _news.WaitAsync(cancellation).ConfigureAwait(false);
            using var running = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            Volatile.Write(ref _running, running);
            try
            {
                if (Interlocked.Exchange(ref _newest, null) is { } document)
                {
                    await TakeAsync(document, running.Token).ConfigureAwait(false);
                }
            }
            catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
            {
                // A newer manifest came.
            }
            finally
            {
                Volatile.Write(ref _running, null);
            }
        }
    }

    // A retained manifest comes again with every connection, so nothing is lost by acknowledging it before it is durable.
    private Task Receive(IncomingMessage message, CancellationToken cancellation)
    {
        if (message.Payload.IsEmpty)
        {
            return Task.CompletedTask;
        }

        Volatile.Write(ref _newest, new SignedDocument(message.Payload, message.Property("kid"), message.Property("sig")));
        try
        {
            Volatile.Read(ref _running)?.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // It has just ended by itself.
        }

        _news.Set();
        return Task.CompletedTask;
    }

    private async Task TakeAsync(SignedDocument document, CancellationToken cancellation)
    {
        var receipt = await _updater.TakeAsync(document, _source, cancellation).ConfigureAwait(false);
        var name = $"{document.KeyId}/{document.Signature}/{Convert.ToHexStringLower(SHA256.HashData(document.Payload.Span))}/{receipt?.Refusal?.Check}";
        if (receipt is null || receipt.Accepted || _answered.Add(name))
        {
            await SendAsync(receipt).ConfigureAwait(false);
        }

        if (_answered.Count > 1000)
        {
            _answered.Clear();
        }
    }

    private async Task SendAsync(Receipt? receipt)
    {
        if (receipt is not null)
        {
            await _outbox.AppendAsync(receipt.ToDraft()).ConfigureAwait(false);
        }

        _mqtt.SetGallery(_updater.Status);
    }
}
