using ShiTu.EdgeAgent.ModelUpdates;
using ShiTu.EdgeAgent.Mqtt;

namespace ShiTu.EdgeAgent.GalleryUpdates;

/// <summary>How far a push is.</summary>
/// <param name="Done">Chunks published.</param>
/// <param name="Total">Chunks to publish.</param>
internal readonly record struct PushProgress(int Done, int Total);

/// <summary>What can be pushed.</summary>
/// <param name="Name">The kind, as in <c>desired/…</c>.</param>
/// <param name="Verb">The command that signs and pushes it.</param>
/// <param name="Noun">What it is called.</param>
/// <param name="ContentType">Of its chunks.</param>
/// <param name="Parse">Reads a manifest.</param>
internal sealed record PushKind(string Name, string Verb, string Noun, string ContentType, Func<ReadOnlyMemory<byte>, IContentManifest> Parse)
{
    /// <summary>A gallery.</summary>
    public static PushKind Gallery { get; } = new("gallery", "gallery", "gallery", "application/cbor", GalleryManifest.Parse);

    /// <summary>A model set.</summary>
    public static PushKind Models { get; } = new("models", "models", "model set", "application/octet-stream", ModelsManifest.Parse);
}

/// <summary>Publishes what was signed: the chunks that the broker does not hold yet, then the manifest; then clears the chunks that no manifest of the kind names any more.</summary>
internal static class ManifestPush
{
    private const int AtOnce = 8;
    private static readonly TimeSpan RetainedPatience = TimeSpan.FromSeconds(2);

    /// <summary>Publishes the folder. Returns the manifest.</summary>
    /// <param name="kind">What it is.</param>
    /// <param name="folder">What was signed, as <see cref="SignedFolder"/> has it.</param>
    /// <param name="options">Broker and prefix; the site is the manifest's.</param>
    /// <param name="all">Publishes every chunk, whatever the broker seems to hold.</param>
    /// <param name="progress">Told after each chunk, or null.</param>
    /// <param name="cancellation">Ends it; it may be run again.</param>
    /// <exception cref="MqttRefusedException">The broker refuses.</exception>
    /// <exception cref="InvalidDataException">The folder holds nothing of the kind that is signed.</exception>
    public static async Task<IContentManifest> PushAsync(PushKind kind, string folder, MqttOptions options, bool all, IProgress<PushProgress>? progress, CancellationToken cancellation)
    {
        var path = Path.Combine(folder, SignedFolder.ManifestFile);
        if (!File.Exists(path))
        {
            throw new InvalidDataException($"{folder}: no {SignedFolder.ManifestFile} in it; expected a folder that 'shitu-edge {kind.Verb} sign' wrote.");
        }

        var document = SignedDocument.Read(path);
        var manifest = Parse(kind, document, folder);
        var topics = new Topics(options.Prefix, manifest.Site, options.DeviceName);
        var present = await PresentAsync(kind, options, topics, cancellation).ConfigureAwait(false);
        if (present is { } newer && (newer.Generation > manifest.Generation || (newer.Generation == manifest.Generation && newer.ContentHash != manifest.ContentHash)))
        {
            throw new InvalidDataException(
                $"The broker holds generation {newer.Generation} of the {kind.Noun} for {manifest.Site} already, and {folder} is generation {manifest.Generation}: devices would refuse it. Sign it again with --generation {newer.Generation + 1}.");
        }

        var before = present?.Chunks.Select(chunk => chunk.Sha256).ToHashSet(StringComparer.Ordinal) ?? [];
        var missing = manifest.Chunks.Where(chunk => all || !before.Contains(chunk.Sha256)).ToList();
        await using var session = await OwnerSession.ConnectAsync(options with { Site = manifest.Site }, cancellation).ConfigureAwait(false);
        var done = 0;
        foreach (var some in missing.Chunk(AtOnce))
        {
            var sent = some.Select(chunk => session.PublishAsync(new OutgoingMessage(topics.Chunk(chunk.Sha256), ReadChunk(folder, chunk)) { Retain = true, ContentType = kind.ContentType }, cancellation));
            await Task.WhenAll(sent).ConfigureAwait(false);
            progress?.Report(new PushProgress(done += some.Length, missing.Count));
        }

        await session.PublishAsync(topics.Desired(kind.Name), document, retain: true, TimeSpan.Zero, cancellation).ConfigureAwait(false);
        foreach (var stale in before.Except(manifest.Chunks.Select(chunk => chunk.Sha256)))
        {
            await session.PublishAsync(new OutgoingMessage(topics.Chunk(stale), ReadOnlyMemory<byte>.Empty) { Retain = true }, cancellation).ConfigureAwait(false);
        }

        await session.DisconnectAsync(cancellation).ConfigureAwait(false);
        return manifest;
    }

    private static IContentManifest Parse(PushKind kind, SignedDocument document, string folder)
    {
        if (document.Signature is null)
        {
            throw new InvalidDataException($"{folder} is not signed: 'shitu-edge {kind.Verb} sign' makes {SignedFolder.ManifestFile}.sig.");
        }

        try
        {
            return kind.Parse(document.Payload);
        }
        catch (RefusedException e)
        {
            throw new InvalidDataException($"{folder} holds no manifest of a {kind.Noun}: {e.Message}", e);
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
    private static async Task<IContentManifest?> PresentAsync(PushKind kind, MqttOptions options, Topics topics, CancellationToken cancellation)
    {
        await using var subscriber = await TopicSubscriber.ConnectAsync(options, [topics.Desired(kind.Name)], cancellation).ConfigureAwait(false);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        patience.CancelAfter(RetainedPatience);
        try
        {
            await foreach (var message in subscriber.ReadAllAsync(patience.Token).ConfigureAwait(false))
            {
                return kind.Parse(message.Payload);
            }
        }
        catch (Exception e) when (e is RefusedException || (e is OperationCanceledException && !cancellation.IsCancellationRequested))
        {
            // There is none, or none that can be read: everything is published.
        }

        return null;
    }
}
