using Microsoft.Extensions.Logging;
using ShiTu.EdgeAgent.Mqtt;
using ShiTu.Index.Gallery;
using ShiTu.Index.Generations;

namespace ShiTu.EdgeAgent.GalleryUpdates;

/// <summary>Brings the gallery to what a signed manifest says (contract 2): all chunks, canary, one transaction, one swap, receipt.</summary>
internal sealed class GalleryUpdater : ManifestTaker<GalleryManifest>
{
    /// <summary>Note of a gallery that holds the content of a manifest: that content's hash.</summary>
    public const string ContentNote = "manifest_content";

    private static readonly TimeSpan RollbackPatience = TimeSpan.FromSeconds(1);
    private readonly UpdateTarget _target;
    private readonly ChunkVectors _vectors;
    private readonly GalleryCanary _canary;
    private readonly GalleryStore _gallery;
    private readonly LiveIndex? _index;
    private readonly TimeProvider _time;
    private readonly DateTimeOffset _opened;
    private readonly Lock _changes = new();
    private bool _frozen;

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
        : base(
            "gallery",
            new ManifestGate<GalleryManifest>(target, keys, state, time, GalleryManifest.Parse, manifest => GalleryLimits.Check(manifest, options, target)),
            keys,
            state,
            new ChunkStore(Path.Combine(stateDirectory, "chunks")),
            logger)
    {
        _target = target;
        _vectors = new ChunkVectors(Chunks, VectorsOf(stateDirectory), target, embed);
        _canary = new GalleryCanary(options, _vectors, index, embed);
        _gallery = gallery;
        _index = index;
        _time = time;
        _opened = time.GetUtcNow();
    }

    /// <inheritdoc/>
    public override GalleryStatus Status
    {
        get
        {
            var applied = Applied;
            return new GalleryStatus(applied?.Generation ?? 0, applied?.ContentHash ?? _gallery.ContentHash(), _gallery.ItemCount, _gallery.ViewCount,
                _gallery.LocalItemCount, _target.Model, applied is null ? _opened : State.AppliedAt, Gate.Read(State.Previous)?.Generation);
        }
    }

    /// <summary>Whether a manifest is in use whose content the gallery never held: its file was lost, and this is a new one.</summary>
    public bool IsContentLost => State.Applied is not null && _gallery.GetNote(ContentNote) is null;

    /// <summary>Whether the gallery holds other content than the manifest in use says: it is that of other models, which were in use before.</summary>
    public bool IsContentOther => Applied is { } applied && _gallery.GetNote(ContentNote) != applied.ContentHash;

    /// <summary>Where vectors of chunks' pictures are kept.</summary>
    public static string VectorsOf(string stateDirectory) => Path.Combine(stateDirectory, "chunk-vectors");

    /// <inheritdoc/>
    public override async Task<Receipt?> RecoverAsync(CancellationToken cancellation)
    {
        // The index over it was built.
        if (State.Unproved)
        {
            State.Prove();
        }

        if (_gallery.GetNote(ContentNote) is not null && await FillAsync(cancellation).ConfigureAwait(false) > 0 && _index is not null)
        {
            await _index.RefreshAsync(cancellation).ConfigureAwait(false);
        }

        return await base.RecoverAsync(cancellation).ConfigureAwait(false);
    }

    /// <summary>Changes items that were enrolled here; not while the gallery is on its way to other models.</summary>
    /// <exception cref="RefusedException">It is (<c>busy</c>).</exception>
    public TResult Change<TResult>(Func<TResult> change)
    {
        lock (_changes)
        {
            return _frozen ? throw new RefusedException("busy", "A model set is being taken; try again in a minute.") : change();
        }
    }

    /// <summary>Holds back every update, until <see cref="Release"/>.</summary>
    /// <param name="changes">Whether also items that are enrolled here.</param>
    /// <param name="cancellation">Ends the wait.</param>
    public async Task HoldAsync(bool changes, CancellationToken cancellation)
    {
        await One.WaitAsync(cancellation).ConfigureAwait(false);
        SetFrozen(changes);
    }

    /// <summary>The gallery may change again.</summary>
    public void Release()
    {
        SetFrozen(false);
        One.Release();
    }

    /// <summary>
    /// At the start, where no index can be built over the gallery: the generation before, or where the present one was good once the present one, is written anew from its chunks.
    /// Null where there is neither.
    /// </summary>
    /// <param name="why">Why.</param>
    /// <param name="isOther">Whether the gallery is sound, but of another time; it then stays where nothing can be written.</param>
    /// <param name="cancellation">Ends it.</param>
    public async Task<Receipt?> FallBackAsync(string why, bool isOther, CancellationToken cancellation)
    {
        await One.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            var broken = Applied;
            var payload = (State.Unproved ? State.Previous : null) ?? State.Applied;
            if (Gate.Read(payload) is not { } manifest)
            {
                return null;
            }

            Write(GalleryPlan.Make(manifest, null, _gallery, _vectors, cancellation), manifest);
            // Without a generation before it: the one that does not load is never gone back to.
            State.Abandon();
            State.Apply(payload!, null, _time.GetUtcNow());
            UpdateLog.GalleryFellBack(Log, broken!.Generation, manifest.Generation, why);
            var what = $"Generation {broken.Generation} does not load: {why}";
            return manifest.Generation == broken.Generation
                ? Answer($"gallery/{broken.Generation}", null, $"{what} It was written anew from its chunks.")
                : Answer($"gallery/{broken.Generation}", new Refusal("load", $"{what} Generation {manifest.Generation} is in use again."), "");
        }
        catch (RefusedException e)
        {
            UpdateLog.Refused(Log, "fall-back", e.Refusal.Check, e.Refusal.Text);
            if (!isOther && !IsContentLost)
            {
                return null;
            }

            State.Reopen();
            var until = isOther ? "The gallery is what these models had last" : "What is missing is fetched again; until then the gallery is empty";
            return Answer("gallery", new Refusal("load", $"{why} {e.Refusal.Text} {until}."), "");
        }
        finally
        {
            One.Release();
        }
    }

    /// <summary>Goes back to the generation before, for good: the manifest that is gone back from is not taken again.</summary>
    public async Task<Receipt> RollbackAsync(string reference, CancellationToken cancellation)
    {
        // An update waits for chunks that come over the connection that waits for this command: neither may wait for the other.
        if (!await One.WaitAsync(RollbackPatience, cancellation).ConfigureAwait(false))
        {
            return Command(new Refusal("busy", "An update is being taken; try again."), "");
        }

        try
        {
            if (State.Previous is not { } previous)
            {
                return Command(new Refusal("generation", "There is no generation before this one."), "");
            }

            var manifest = Gate.Read(previous)!;
            await ApplyAsync(manifest, previous, cancellation).ConfigureAwait(false);
            State.Abandon();
            return Command(null, $"Generation {manifest.Generation} is in use again.");
        }
        catch (RefusedException e)
        {
            return Command(e.Refusal, "");
        }
        finally
        {
            One.Release();
        }

        Receipt Command(Refusal? refusal, string text) => Answer(reference, refusal, text) with { For = "command" };
    }

    /// <summary>Brings back the owner's items that a local item had hidden which is gone; returns how many. Where an update is being taken, that does it.</summary>
    /// <exception cref="RefusedException">A chunk of the gallery in use is damaged.</exception>
    public async Task<int> FillAsync(CancellationToken cancellation)
    {
        if (!await One.WaitAsync(RollbackPatience, cancellation).ConfigureAwait(false))
        {
            return 0;
        }

        try
        {
            return Applied is { } applied ? Fill(applied) : 0;
        }
        finally
        {
            One.Release();
        }
    }

    /// <inheritdoc/>
    public override Receipt Answer(string reference, Refusal? refusal, string text)
    {
        var applied = Applied;
        return new Receipt("manifest", reference, refusal, text, applied?.Generation ?? 0, applied?.ContentHash ?? "", _gallery.ItemCount, _time.GetUtcNow());
    }

    /// <inheritdoc/>
    protected override async Task<string?> ApplyAsync(GalleryManifest manifest, byte[] payload, CancellationToken cancellation)
    {
        var before = State.Applied;
        var present = Present(before);
        var plan = GalleryPlan.Make(manifest, present, _gallery, _vectors, cancellation);
        _canary.Try(plan, cancellation);
        cancellation.ThrowIfCancellationRequested();
        Write(plan, manifest);
        State.Apply(payload, before.AsSpan().SequenceEqual(payload) ? State.Previous : before, _time.GetUtcNow());
        if (_index is not null)
        {
            await ProveAsync(before, cancellation).ConfigureAwait(false);
        }

        var kept = new[] { State.Applied, State.Previous, State.Desired }.Select(Gate.Read).OfType<GalleryManifest>();
        Chunks.Sweep(kept);
        _vectors.Sweep();
        UpdateLog.GalleryApplied(Log, manifest.Generation, manifest.Items, plan.Written.Count, plan.Removed.Count);
        return $"Generation {manifest.Generation} is in use: {plan.Written.Count} items written, {plan.Removed.Count} removed, {plan.Local.Count} local ones kept.";
    }

    // The manifest in use, where the gallery still holds its content: only then may an update be the difference. The gallery's own note is part of the transaction that wrote it.
    private GalleryManifest? Present(byte[]? applied)
    {
        var manifest = Gate.Read(applied);
        var (items, local) = (_gallery.ItemCount, _gallery.LocalItemCount);
        return manifest is not null && manifest.Chunks.All(Chunks.Has) && _gallery.GetNote(ContentNote) == manifest.ContentHash && manifest.Model == _target.Model &&
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
        // Vectors of the models before are of no use: the next gallery brings those items back.
        if (manifest.Model != _target.Model || manifest.Items <= _gallery.ItemCount - _gallery.LocalItemCount || !manifest.Chunks.All(Chunks.Has))
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
            State.Prove();
        }
        catch (Exception e) when (e is not (OperationCanceledException or OutOfMemoryException))
        {
            if (before is not null && Gate.Read(before) is { } previous)
            {
                Write(GalleryPlan.Make(previous, null, _gallery, _vectors, cancellation), previous);
                State.Apply(before, null, _time.GetUtcNow());
                await _index!.RefreshAsync(cancellation).ConfigureAwait(false);
                State.Prove();
            }

            throw new RefusedException("load", $"The index over the new gallery cannot be built: {e.Message} The one before is in use again.", e);
        }
    }

    private void SetFrozen(bool frozen)
    {
        lock (_changes)
        {
            _frozen = frozen;
        }
    }
}
