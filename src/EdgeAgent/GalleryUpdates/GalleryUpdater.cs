using System.Diagnostics;
using System.Security.Cryptography;
using Microsoft.Data.Sqlite;
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
    private static readonly TimeSpan RollbackPatience = TimeSpan.FromSeconds(1);
    private readonly UpdateTarget _target;
    private readonly TrustedKeys _keys;
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
    private readonly DateTimeOffset _opened;

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
        _keys = keys;
        _state = state;
        _chunks = new ChunkStore(Path.Combine(stateDirectory, "chunks"));
        _vectors = new ChunkVectors(_chunks, Path.Combine(stateDirectory, "chunk-vectors"), target, embed);
        _canary = new GalleryCanary(options, _vectors, index, embed);
        _gate = new ManifestGate(options, target, keys, state, time);
        _gallery = gallery;
        _index = index;
        _time = time;
        _opened = time.GetUtcNow();
        _logger = logger ?? NullLogger.Instance;
    }

    /// <summary>How the gallery is, as it is published.</summary>
    public GalleryStatus Status
    {
        get
        {
            var applied = Applied;
            return new GalleryStatus(applied?.Generation ?? 0, applied?.ContentHash ?? _gallery.ContentHash(), _gallery.ItemCount, _gallery.ViewCount,
                _gallery.LocalItemCount, _target.Model, applied is null ? _opened : _state.AppliedAt, Manifest(_state.Previous)?.Generation);
        }
    }

    /// <summary>Whether a manifest is in use whose content the gallery never held: its file was lost, and this is a new one.</summary>
    public bool IsContentLost => _state.Applied is not null && _gallery.GetNote(ContentNote) is null;

    /// <summary>Whether the manifest last taken is not in use yet: something of it did not come.</summary>
    public bool Unfinished => _state.Desired is { } desired && !desired.AsSpan().SequenceEqual(_state.Applied);

    private GalleryManifest? Applied => Manifest(_state.Applied);

    /// <summary>Looks at a manifest without taking it. Any thread.</summary>
    /// <param name="document">As it came.</param>
    /// <param name="refusal">The receipt of its refusal, or null.</param>
    /// <returns>Whether it is to be taken; false without a refusal where it is in use, or was answered for good.</returns>
    public bool Wants(SignedDocument document, out Receipt? refusal)
    {
        refusal = null;
        if (IsAnswered(document))
        {
            return false;
        }

        try
        {
            _gate.Check(document, out _);
            return true;
        }
        catch (RefusedException e)
        {
            LogRefused("gallery", e.Refusal.Check, e.Refusal.Text);
            refusal = Answer("gallery", e.Refusal, "");
            return false;
        }
    }

    /// <summary>What there is to say of a manifest that was answered already.</summary>
    public Receipt Again(SignedDocument document) => document.Payload.Span.SequenceEqual(_state.Applied)
        ? Answer($"gallery/{Applied!.Generation}", null, $"Generation {Applied.Generation} is in use already.")
        : Answer("gallery", new Refusal("generation", "It was refused or gone back from before; sign it again, with a higher generation."), "");

    /// <summary>Takes a manifest as far as it goes; null where there is nothing to say (it is in use already).</summary>
    public async Task<Receipt?> TakeAsync(SignedDocument document, IChunkSource source, CancellationToken cancellation)
    {
        var reference = "gallery";
        var known = false;
        await _one.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            if (IsAnswered(document))
            {
                return null;
            }

            var manifest = _gate.Check(document, out known);
            reference = $"gallery/{manifest.Generation}";
            var payload = document.Payload.ToArray();
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
        catch (Exception e) when (e is not (OperationCanceledException or OutOfMemoryException))
        {
            return Fault(reference, e);
        }
        finally
        {
            _one.Release();
        }
    }

    /// <summary>At the start, over an index that was built: finishes what a power loss cut short. Null where nothing was to do.</summary>
    public async Task<Receipt?> RecoverAsync(CancellationToken cancellation)
    {
        if (_state.Unproved)
        {
            _state.Prove();
        }

        if (_gallery.GetNote(ContentNote) is not null && await FillAsync(cancellation).ConfigureAwait(false) > 0 && _index is not null)
        {
            await _index.RefreshAsync(cancellation).ConfigureAwait(false);
        }

        if (!Unfinished || Manifest(_state.Desired) is not { } desired || !desired.Chunks.All(_chunks.Has))
        {
            return null;
        }

        var reference = $"gallery/{desired.Generation}";
        await _one.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            var text = await ApplyAsync(desired, _state.Desired!, cancellation).ConfigureAwait(false);
            return Answer(reference, null, $"{text} It was begun before a restart.");
        }
        catch (RefusedException e)
        {
            _state.Abandon();
            return Answer(reference, e.Refusal, "");
        }
        catch (Exception e) when (e is not (OperationCanceledException or OutOfMemoryException))
        {
            return Fault(reference, e);
        }
        finally
        {
            _one.Release();
        }
    }

    /// <summary>
    /// At the start, where no index can be built over the gallery: the generation before, or where the present one was good once the present one, is written anew from its chunks.
    /// Null where there is neither.
    /// </summary>
    public async Task<Receipt?> FallBackAsync(string why, CancellationToken cancellation)
    {
        await _one.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            var broken = Applied;
            var payload = (_state.Unproved ? _state.Previous : null) ?? _state.Applied;
            if (Manifest(payload) is not { } manifest)
            {
                return null;
            }

            Write(GalleryPlan.Make(manifest, null, _gallery, _vectors, cancellation), manifest);
            // Without a generation before it: the one that does not load is never gone back to.
            _state.Abandon();
            _state.Apply(payload!, null, _time.GetUtcNow());
            LogFallBack(broken!.Generation, manifest.Generation, why);
            var what = $"Generation {broken.Generation} does not load: {why}";
            return manifest.Generation == broken.Generation
                ? Answer($"gallery/{broken.Generation}", null, $"{what} It was written anew from its chunks.")
                : Answer($"gallery/{broken.Generation}", new Refusal("load", $"{what} Generation {manifest.Generation} is in use again."), "");
        }
        catch (RefusedException e)
        {
            LogRefused("fall-back", e.Refusal.Check, e.Refusal.Text);
            if (!IsContentLost)
            {
                return null;
            }

            _state.Reopen();
            return Answer("gallery", new Refusal("load", $"{why} {e.Refusal.Text} What is missing is fetched again; until then the gallery is empty."), "");
        }
        finally
        {
            _one.Release();
        }
    }

    /// <summary>Goes back to the generation before, for good: the manifest that is gone back from is not taken again.</summary>
    public async Task<Receipt> RollbackAsync(string reference, CancellationToken cancellation)
    {
        // An update waits for chunks that come over the connection that waits for this command: neither may wait for the other.
        if (!await _one.WaitAsync(RollbackPatience, cancellation).ConfigureAwait(false))
        {
            return Command(new Refusal("busy", "An update is being taken; try again."), "");
        }

        try
        {
            if (_state.Previous is not { } previous)
            {
                return Command(new Refusal("generation", "There is no generation before this one."), "");
            }

            var manifest = Manifest(previous)!;
            await ApplyAsync(manifest, previous, cancellation).ConfigureAwait(false);
            _state.Abandon();
            return Command(null, $"Generation {manifest.Generation} is in use again.");
        }
        catch (RefusedException e)
        {
            return Command(e.Refusal, "");
        }
        finally
        {
            _one.Release();
        }

        Receipt Command(Refusal? refusal, string text) => Answer(reference, refusal, text) with { For = "command" };
    }

    /// <summary>Brings back the owner's items that a local item had hidden which is gone; returns how many. Where an update is being taken, that does it.</summary>
    /// <exception cref="RefusedException">A chunk of the gallery in use is damaged.</exception>
    public async Task<int> FillAsync(CancellationToken cancellation)
    {
        if (!await _one.WaitAsync(RollbackPatience, cancellation).ConfigureAwait(false))
        {
            return 0;
        }

        try
        {
            return Applied is { } applied ? Fill(applied) : 0;
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

    // Disk full, disk broken, or a fault of our own: the update waits, the service goes on.
    private Receipt Fault(string reference, Exception e)
    {
        var check = e is GalleryException or IOException or UnauthorizedAccessException or SqliteException ? "storage" : "failed";
        LogRefused(reference, check, e.Message);
        return Answer(reference, new Refusal(check, e.Message), "");
    }

    // Exactly the bytes of the owner's manifest that is in use, or that was refused or gone back from for good.
    private bool IsAnswered(SignedDocument document) => _keys.Check(document) is null &&
        (document.Payload.Span.SequenceEqual(_state.Applied) || (_state.GivenUp is { } hash && SHA256.HashData(document.Payload.Span).AsSpan().SequenceEqual(hash)));

    private async Task<string> ApplyAsync(GalleryManifest manifest, byte[] payload, CancellationToken cancellation)
    {
        var before = _state.Applied;
        var present = Present(before);
        var plan = GalleryPlan.Make(manifest, present, _gallery, _vectors, cancellation);
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
    private GalleryManifest? Present(byte[]? applied)
    {
        var manifest = Manifest(applied);
        var (items, local) = (_gallery.ItemCount, _gallery.LocalItemCount);
        return manifest is not null && manifest.Chunks.All(_chunks.Has) && _gallery.GetNote(ContentNote) == manifest.ContentHash && manifest.Model == _target.Model &&
            items - local <= manifest.Items && items >= manifest.Items ? manifest : null;
    }

    private void Write(GalleryPlan plan, GalleryManifest manifest) => _gallery.Batch(gallery =>
    {
        foreach (var id in plan.Removed.Where(id => !plan.Local.Contains(id)))
        {
            gallery.Remove(id);
        }

        foreach (var item in plan.Changed.SelectMany(_vectors.Read).Where(item => plan.Written.Contains(item.Item.Id) && !plan.Local.Contains(item.Item.Id)))
        {
            gallery.Replace(item.Item, item.Views);
        }

        Fill(manifest);
        gallery.SetNote(ContentNote, manifest.ContentHash);
    });

    // The owner's items that a local one of the same id had hidden, and that are in sight again since it is gone.
    private int Fill(GalleryManifest manifest)
    {
        if (manifest.Items <= _gallery.ItemCount - _gallery.LocalItemCount || !manifest.Chunks.All(_chunks.Has))
        {
            return 0;
        }

        var here = _gallery.Items().Select(item => item.Id).ToHashSet(StringComparer.Ordinal);
        var filled = 0;
        _gallery.Batch(gallery =>
        {
            foreach (var item in manifest.Chunks.SelectMany(_vectors.Read).Where(item => !here.Contains(item.Item.Id)))
            {
                gallery.Replace(item.Item, item.Views);
                filled++;
            }
        });
        return filled;
    }

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
                Write(GalleryPlan.Make(previous, null, _gallery, _vectors, cancellation), previous);
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

    [LoggerMessage(Level = LogLevel.Error, Message = "Gallery generation {Broken} does not load: {Why} Generation {Generation} is in use again.")]
    private partial void LogFallBack(long broken, long generation, string why);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The update {Reference} is refused ({Check}): {Reason}")]
    private partial void LogRefused(string reference, string check, string reason);
}
