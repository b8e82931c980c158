using System.Diagnostics;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using ShiTu.EdgeAgent.Mqtt;
using ShiTu.Index.Gallery;
using ShiTu.Index.Generations;

namespace ShiTu.EdgeAgent.GalleryUpdates;

/// <summary>
/// Brings the gallery to what a signed manifest says (contract 2): all checks, all chunks, canary, one transaction, one swap, receipt. Anything wrong changes nothing. A step that a
/// power loss cut short is done again at the next start. One call at a time.
/// </summary>
internal sealed partial class GalleryUpdater : IDisposable
{
    private const string ContentNote = "manifest_content";
    private readonly UpdateTarget _target;
    private readonly UpdateState _state;
    private readonly ChunkStore _chunks;
    private readonly ChunkVectors _vectors;
    private readonly GalleryCanary _canary;
    private readonly ManifestGate _gate;
    private readonly GalleryStore _gallery;
    private readonly LiveIndex? _index;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly SemaphoreSlim _one = new(1);

    /// <summary>Sets it up.</summary>
    /// <param name="options">Caps and canary.</param>
    /// <param name="target">Who this device is.</param>
    /// <param name="keys">Keys that may sign.</param>
    /// <param name="stateDirectory">Where <c>chunks/</c> is.</param>
    /// <param name="state">What survives a power loss.</param>
    /// <param name="gallery">The gallery.</param>
    /// <param name="index">The index in use; null where none is (offline).</param>
    /// <param name="embed">Embeds pictures; null where no model is loaded.</param>
    /// <param name="time">Clock.</param>
    /// <param name="logger">Log.</param>
    public GalleryUpdater(
        UpdateOptions options, UpdateTarget target, TrustedKeys keys, string stateDirectory, UpdateState state, GalleryStore gallery, LiveIndex? index, PictureEmbedder? embed, TimeProvider time, ILogger? logger = null)
    {
        _target = target;
        _state = state;
        _chunks = new ChunkStore(Path.Combine(stateDirectory, "chunks"));
        _vectors = new ChunkVectors(_chunks, Path.Combine(stateDirectory, "chunk-vectors"), target, embed);
        _canary = new GalleryCanary(options, _vectors, index, embed);
        _gate = new ManifestGate(options, target, keys, state, time);
        _gallery = gallery;
        _index = index;
        _time = time;
        _logger = logger ?? NullLogger.Instance;
    }

    /// <summary>How the gallery is, as it is published.</summary>
    public GalleryStatus Status
    {
        get
        {
            var applied = Applied;
            return new GalleryStatus(applied?.Generation ?? 0, applied?.ContentHash ?? _gallery.ContentHash(), _gallery.ItemCount, _gallery.ViewCount,
                _gallery.LocalItemCount, _target.Model, _state.AppliedAt, Manifest(_state.Previous)?.Generation);
        }
    }

    private GalleryManifest? Applied => Manifest(_state.Applied);

    /// <summary>Takes a manifest as far as it goes; null where there is nothing to say (it is in use already).</summary>
    public async Task<Receipt?> TakeAsync(SignedDocument document, IChunkSource source, CancellationToken cancellation)
    {
        var reference = "gallery";
        var known = false;
        await _one.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            var manifest = _gate.Check(document, out known);
            reference = $"gallery/{manifest.Generation}";
            var payload = document.Payload.ToArray();
            if (known && _state.Applied.AsSpan().SequenceEqual(payload))
            {
                return null;
            }

            if (!known)
            {
                _state.Take(manifest.Generation, payload);
                known = true;
            }

            var started = Stopwatch.GetTimestamp();
            var missing = manifest.Chunks.Where(chunk => !_chunks.Has(chunk)).ToList();
            await source.FetchAsync(missing, _chunks, cancellation).ConfigureAwait(false);
            var text = await ApplyAsync(manifest, payload, cancellation).ConfigureAwait(false);
            return Answer(reference, null, $"{text} {missing.Count} chunks ({missing.Sum(chunk => (long)chunk.Bytes)} bytes) fetched, {Stopwatch.GetElapsedTime(started).TotalSeconds:0.0} s.");
        }
        catch (RefusedException e)
        {
            if (known && !e.MayRetry)
            {
                _state.Abandon();
            }

            LogRefused(reference, e.Refusal.Check, e.Refusal.Text);
            return Answer(reference, e.Refusal, "");
        }
        catch (Exception e) when (e is GalleryException or IOException)
        {
            LogRefused(reference, "storage", e.Message);
            return Answer(reference, new Refusal("storage", e.Message), "");
        }
        finally
        {
            _one.Release();
        }
    }

    /// <summary>
    /// At the start: finishes what a power loss cut short, and falls back to the generation before where the present one never proved that it loads. Null where nothing was to do.
    /// </summary>
    /// <param name="loads">Whether the index of the present gallery was built.</param>
    /// <param name="cancellation">Ends it.</param>
    public async Task<Receipt?> RecoverAsync(bool loads, CancellationToken cancellation)
    {
        if (_state.Unproved && loads)
        {
            _state.Prove();
        }

        if (_state.Unproved && _state.Previous is { } previous)
        {
            return await BackAsync(previous, new Refusal("load", "The new gallery does not load; the one before is in use again."), cancellation).ConfigureAwait(false);
        }

        if (Manifest(_state.Desired) is { } desired && !_state.Desired.AsSpan().SequenceEqual(_state.Applied) && desired.Chunks.All(_chunks.Has))
        {
            try
            {
                var text = await ApplyAsync(desired, _state.Desired!, cancellation).ConfigureAwait(false);
                return Answer($"gallery/{desired.Generation}", null, $"{text} It was begun before a restart.");
            }
            catch (RefusedException e)
            {
                _state.Abandon();
                return Answer($"gallery/{desired.Generation}", e.Refusal, "");
            }
        }

        return null;
    }

    /// <summary>Goes back to the generation before.</summary>
    public async Task<Receipt> RollbackAsync(string reference, CancellationToken cancellation)
    {
        await _one.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            return _state.Previous is { } previous
                ? (await BackAsync(previous, null, cancellation).ConfigureAwait(false)) with { For = "command", Reference = reference }
                : Answer(reference, new Refusal("generation", "There is no generation before this one."), "") with { For = "command" };
        }
        finally
        {
            _one.Release();
        }
    }

    /// <summary>A receipt with what is in use now.</summary>
    public Receipt Answer(string reference, Refusal? refusal, string text)
    {
        var applied = Applied;
        return new Receipt("manifest", reference, refusal, text, applied?.Generation ?? 0, applied?.ContentHash ?? "", _gallery.ItemCount, _time.GetUtcNow());
    }

    /// <inheritdoc/>
    public void Dispose() => _one.Dispose();

    private async Task<Receipt> BackAsync(byte[] previous, Refusal? why, CancellationToken cancellation)
    {
        var manifest = Manifest(previous)!;
        try
        {
            await ApplyAsync(manifest, previous, cancellation).ConfigureAwait(false);
            return Answer($"gallery/{manifest.Generation}", why, $"Generation {manifest.Generation} is in use again.");
        }
        catch (RefusedException e)
        {
            return Answer($"gallery/{manifest.Generation}", e.Refusal, "");
        }
    }

    private async Task<string> ApplyAsync(GalleryManifest manifest, byte[] payload, CancellationToken cancellation)
    {
        var items = _gallery.Items();
        var before = _state.Applied;
        var present = Present(before, items);
        var plan = GalleryPlan.Make(manifest, present, items, _vectors, cancellation);
        _canary.Try(plan, cancellation);
        cancellation.ThrowIfCancellationRequested();
        Write(plan, manifest);
        _state.Apply(payload, before.AsSpan().SequenceEqual(payload) ? _state.Previous : before, _time.GetUtcNow());
        if (_index is not null)
        {
            await ProveAsync(before, cancellation).ConfigureAwait(false);
        }

        var kept = new[] { _state.Applied, _state.Previous, _state.Desired }.Select(Manifest).OfType<GalleryManifest>();
        _chunks.Sweep(kept);
        _vectors.Sweep();
        LogApplied(manifest.Generation, manifest.Items, plan.Written.Count, plan.Removed.Count);
        return $"Generation {manifest.Generation} is in use: {plan.Written.Count} items written, {plan.Removed.Count} removed, {plan.Local.Count} local ones kept.";
    }

    // The manifest in use, where the gallery still holds its content: only then may an update be the difference. The gallery's own note is part of the transaction that wrote it.
    private GalleryManifest? Present(byte[]? applied, IReadOnlyList<GalleryItem> items)
    {
        var manifest = Manifest(applied);
        var local = items.Count(item => item.Local);
        return manifest is not null && manifest.Chunks.All(_chunks.Has) && _gallery.GetNote(ContentNote) == manifest.ContentHash && manifest.Model == _target.Model &&
            items.Count - local <= manifest.Items && items.Count >= manifest.Items ? manifest : null;
    }

    private void Write(GalleryPlan plan, GalleryManifest manifest) => _gallery.Batch(gallery =>
    {
        foreach (var id in plan.Removed.Where(id => !plan.Local.Contains(id)))
        {
            gallery.Remove(id);
        }

        foreach (var item in plan.Changed.SelectMany(_vectors.Read).Where(item => !plan.Local.Contains(item.Item.Id)))
        {
            gallery.Replace(item.Item, item.Views);
        }

        gallery.SetNote(ContentNote, manifest.ContentHash);
    });

    private async Task ProveAsync(byte[]? before, CancellationToken cancellation)
    {
        try
        {
            await _index!.RefreshAsync(cancellation).ConfigureAwait(false);
            _state.Prove();
        }
        catch (Exception e) when (e is not (OperationCanceledException or OutOfMemoryException))
        {
            if (before is not null && Manifest(before) is { } previous)
            {
                var items = _gallery.Items();
                Write(GalleryPlan.Make(previous, null, items, _vectors, cancellation), previous);
                _state.Apply(before, null, _time.GetUtcNow());
                await _index!.RefreshAsync(cancellation).ConfigureAwait(false);
                _state.Prove();
            }

            throw new RefusedException("load", $"The index over the new gallery cannot be built: {e.Message} The one before is in use again.", e);
        }
    }

    private static GalleryManifest? Manifest(byte[]? payload) => payload is null ? null : GalleryManifest.Parse(payload);

    [LoggerMessage(Level = LogLevel.Information, Message = "Gallery generation {Generation} with {Items} items is in use; {Written} written, {Removed} removed.")]
    private partial void LogApplied(long generation, int items, int written, int removed);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The update {Reference} is refused ({Check}): {Reason}")]
    private partial void LogRefused(string reference, string check, string reason);
}
