using ShiTu.EdgeAgent.Mqtt;

namespace ShiTu.EdgeAgent.GalleryUpdates;

/// <summary>How far a push is.</summary>
/// <param name="Done">Chunks published.</param>
/// <param name="Total">Chunks to publish.</param>
internal readonly record struct PushProgress(int Done, int Total);

/// <summary>Publishes a signed gallery: the chunks that the broker does not hold yet, then the manifest; then clears the chunks that no manifest names any more.</summary>
internal static class GalleryPush
{
    private const int AtOnce = 8;
    private static readonly TimeSpan RetainedPatience = TimeSpan.FromSeconds(2);

    /// <summary>Publishes the folder. Returns the manifest.</summary>
    /// <param name="folder">What <see cref="GallerySigning.SignAsync"/> wrote.</param>
    /// <param name="options">Broker and prefix; the site is the manifest's.</param>
    /// <param name="all">Publishes every chunk, whatever the broker seems to hold.</param>
    /// <param name="progress">Told after each chunk, or null.</param>
    /// <param name="cancellation">Ends it; it may be run again.</param>
    /// <exception cref="MqttRefusedException">The broker refuses.</exception>
    /// <exception cref="InvalidDataException">The folder is no signed gallery.</exception>
    public static async Task<GalleryManifest> PushAsync(string folder, MqttOptions options, bool all, IProgress<PushProgress>? progress, CancellationToken cancellation)
    {
        var document = SignedDocument.Read(Path.Combine(folder, GallerySigning.ManifestFile));
        var manifest = Parse(document, folder);
        var topics = new Topics(options.Prefix, manifest.Site, options.DeviceName);
        var before = await PresentAsync(options, topics, cancellation).ConfigureAwait(false);
        var held = before.ToHashSet(StringComparer.Ordinal);
        var missing = manifest.Chunks.Where(chunk => all || !held.Contains(chunk.Sha256)).ToList();
        var owner = options with { Site = manifest.Site, ClientId = $"{options.Prefix}-owner-{Guid.NewGuid():N}"[..40] };
        var will = new OutgoingMessage($"{topics.Site}/owner", ReadOnlyMemory<byte>.Empty);
        await using var session = await MqttSession.ConnectAsync(BrokerAddress.Parse(owner.Brokers[0]), owner with { SessionExpiry = TimeSpan.Zero }, version5: true, will, _ => Task.CompletedTask, cancellation)
            .ConfigureAwait(false);
        var done = 0;
        foreach (var some in missing.Chunk(AtOnce))
        {
            var sent = some.Select(chunk => RequireAsync(session, new OutgoingMessage(topics.Chunk(chunk.Sha256), ReadChunk(folder, chunk)) { Retain = true, ContentType = "application/cbor" }, cancellation));
            await Task.WhenAll(sent).ConfigureAwait(false);
            progress?.Report(new PushProgress(done += some.Length, missing.Count));
        }

        await RequireAsync(session, new OutgoingMessage(topics.DesiredGallery, document.Payload)
        {
            Retain = true,
            Properties = [CloudEvents.Property("kid", document.KeyId ?? ""), CloudEvents.Property("sig", document.Signature ?? "")],
        }, cancellation).ConfigureAwait(false);
        var named = manifest.Chunks.Select(chunk => chunk.Sha256).ToHashSet(StringComparer.Ordinal);
        foreach (var stale in before.Where(sha256 => !named.Contains(sha256)))
        {
            await RequireAsync(session, new OutgoingMessage(topics.Chunk(stale), ReadOnlyMemory<byte>.Empty) { Retain = true }, cancellation).ConfigureAwait(false);
        }

        await session.DisconnectAsync(cancellation).ConfigureAwait(false);
        return manifest;
    }

    private static GalleryManifest Parse(SignedDocument document, string folder)
    {
        if (document.Signature is null)
        {
            throw new InvalidDataException($"{folder} is not signed: 'shitu-edge gallery sign' makes {GallerySigning.ManifestFile}.sig.");
        }

        try
        {
            return GalleryManifest.Parse(document.Payload);
        }
        catch (RefusedException e)
        {
            throw new InvalidDataException($"{folder} holds no gallery manifest: {e.Message}", e);
        }
    }

    private static byte[] ReadChunk(string folder, ChunkReference chunk)
    {
        var bytes = File.ReadAllBytes(Path.Combine(folder, "chunks", chunk.Sha256));
        return bytes.Length == chunk.Bytes ? bytes : throw new InvalidDataException($"{chunk.Sha256} in {folder} has {bytes.Length} bytes; {chunk.Bytes} are declared: sign again.");
    }

    // A retained manifest is published after its chunks: the broker holds what it names.
    private static async Task<IReadOnlyList<string>> PresentAsync(MqttOptions options, Topics topics, CancellationToken cancellation)
    {
        await using var subscriber = await TopicSubscriber.ConnectAsync(options, [topics.DesiredGallery], cancellation).ConfigureAwait(false);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        patience.CancelAfter(RetainedPatience);
        try
        {
            await foreach (var message in subscriber.ReadAllAsync(patience.Token).ConfigureAwait(false))
            {
                return [.. GalleryManifest.Parse(message.Payload).Chunks.Select(chunk => chunk.Sha256)];
            }
        }
        catch (Exception e) when (e is RefusedException || (e is OperationCanceledException && !cancellation.IsCancellationRequested))
        {
            // There is none, or none that can be read: everything is published.
        }

        return [];
    }

    private static async Task RequireAsync(MqttSession session, OutgoingMessage message, CancellationToken cancellation)
    {
        var result = await session.PublishAsync(message, cancellation).ConfigureAwait(false);
        if (!result.IsSuccess)
        {
            throw new MqttRefusedException($"The broker refuses {message.Topic}: {result.ReasonCode} {result.ReasonString}".TrimEnd() + ".", otherProtocol: false);
        }
    }
}
