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
        var path = Path.Combine(folder, GallerySigning.ManifestFile);
        if (!File.Exists(path))
        {
            throw new InvalidDataException($"{folder}: no {GallerySigning.ManifestFile} in it; expected a folder that 'shitu-edge gallery sign' wrote.");
        }

        var document = SignedDocument.Read(path);
        var manifest = Parse(document, folder);
        var topics = new Topics(options.Prefix, manifest.Site, options.DeviceName);
        var present = await PresentAsync(options, topics, cancellation).ConfigureAwait(false);
        if (present is { } newer && (newer.Generation > manifest.Generation || (newer.Generation == manifest.Generation && newer.ContentHash != manifest.ContentHash)))
        {
            throw new InvalidDataException(
                $"The broker holds generation {newer.Generation} for {manifest.Site} already, and {folder} is generation {manifest.Generation}: devices would refuse it. Sign it again with --generation {newer.Generation + 1}.");
        }

        var before = present?.Chunks.Select(chunk => chunk.Sha256).ToHashSet(StringComparer.Ordinal) ?? [];
        var missing = manifest.Chunks.Where(chunk => all || !before.Contains(chunk.Sha256)).ToList();
        await using var session = await OwnerSession.ConnectAsync(options with { Site = manifest.Site }, cancellation).ConfigureAwait(false);
        var done = 0;
        foreach (var some in missing.Chunk(AtOnce))
        {
            var sent = some.Select(chunk => session.PublishAsync(new OutgoingMessage(topics.Chunk(chunk.Sha256), ReadChunk(folder, chunk)) { Retain = true, ContentType = "application/cbor" }, cancellation));
            await Task.WhenAll(sent).ConfigureAwait(false);
            progress?.Report(new PushProgress(done += some.Length, missing.Count));
        }

        await session.PublishAsync(topics.DesiredGallery, document, retain: true, TimeSpan.Zero, cancellation).ConfigureAwait(false);
        foreach (var stale in before.Except(manifest.Chunks.Select(chunk => chunk.Sha256)))
        {
            await session.PublishAsync(new OutgoingMessage(topics.Chunk(stale), ReadOnlyMemory<byte>.Empty) { Retain = true }, cancellation).ConfigureAwait(false);
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
        var path = Path.Combine(folder, "chunks", chunk.Sha256);
        if (!File.Exists(path))
        {
            throw new InvalidDataException($"{path} is missing: sign again.");
        }

        var bytes = File.ReadAllBytes(path);
        return bytes.Length == chunk.Bytes ? bytes : throw new InvalidDataException($"{chunk.Sha256} in {folder} has {bytes.Length} bytes; {chunk.Bytes} are declared: sign again.");
    }

    // A retained manifest is published after its chunks: the broker holds what it names.
    private static async Task<GalleryManifest?> PresentAsync(MqttOptions options, Topics topics, CancellationToken cancellation)
    {
        await using var subscriber = await TopicSubscriber.ConnectAsync(options, [topics.DesiredGallery], cancellation).ConfigureAwait(false);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        patience.CancelAfter(RetainedPatience);
        try
        {
            await foreach (var message in subscriber.ReadAllAsync(patience.Token).ConfigureAwait(false))
            {
                return GalleryManifest.Parse(message.Payload);
            }
        }
        catch (Exception e) when (e is RefusedException || (e is OperationCanceledException && !cancellation.IsCancellationRequested))
        {
            // There is none, or none that can be read: everything is published.
        }

        return null;
    }
}
