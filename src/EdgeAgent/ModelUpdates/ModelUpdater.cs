using Microsoft.Extensions.Logging;
using ShiTu.EdgeAgent.Events;
using ShiTu.EdgeAgent.GalleryUpdates;
using ShiTu.EdgeAgent.Mqtt;
using ShiTu.EdgeAgent.Recognition;
using ShiTu.EdgeAgent.Service;
using ShiTu.Index.Gallery;
using ShiTu.Index.Generations;
using ShiTu.Inference.Engines;
using ShiTu.Inference.Models;

namespace ShiTu.EdgeAgent.ModelUpdates;

/// <summary>
/// Brings the models to what a signed manifest says: pieces put together beside the set in use, loaded, self-test, the gallery made for them, a shadow run on live frames, one file that names
/// the set, and a new start of the agent inside the process. The receipt of a set that was taken comes from that start: it tells what is, not what is meant to be.
/// </summary>
internal sealed class ModelUpdater : ManifestTaker<ModelsManifest>
{
    private const int MostTries = 2;
    private readonly ModelUpdaterParts _parts;
    private readonly ModelPieces _pieces;
    private readonly TimeProvider _time;
    private ShadowFigures? _shadow;

    /// <summary>Sets it up.</summary>
    public ModelUpdater(ModelUpdaterParts parts, TrustedKeys keys, ManifestState state, TimeProvider time, ILogger? logger = null)
        : base(
            "models",
            new ManifestGate<ModelsManifest>(parts.Target, keys, state, time, ModelsManifest.Parse, manifest => CheckSize(manifest, parts.Options)),
            keys,
            state,
            new ChunkStore(Path.Combine(parts.StateFolder, "model-chunks")),
            logger)
    {
        _parts = parts;
        _pieces = new ModelPieces(Chunks);
        _time = time;
    }

    /// <inheritdoc/>
    public override GalleryStatus Status => _parts.Galleries.Status;

    /// <summary>What the last start had to say: that a set is in use, or that it gave way to the one before. Told again until <see cref="RecoverAsync"/>.</summary>
    public Receipt? AtStart
    {
        get
        {
            var choice = _parts.Sets.Choice;
            var reference = Applied is { } applied ? $"{Name}/{applied.Generation}" : Name;
            if (choice.Why is { } why)
            {
                return Answer(reference, new Refusal("load", $"{why} {(choice.Generation == 0 ? "The configured models are" : $"Generation {choice.Generation} is")} in use again."), "");
            }

            if (State.Untold is not { } untold)
            {
                return null;
            }

            using var json = JsonFields.ParseObject(untold);
            var receipt = Answer(reference, null, json.RootElement.Text("text", 8000));
            return json.RootElement.TryGetProperty("shadow", out var shadow) ? receipt with { Shadow = ShadowFigures.Read(shadow) } : receipt;
        }
    }

    /// <inheritdoc/>
    public override Task<Receipt?> RecoverAsync(CancellationToken cancellation)
    {
        if (_parts.Sets.Choice.Why is not null)
        {
            State.FallBack();
            _parts.Sets.Told();
        }
        else if (State.Untold is not null)
        {
            State.Told();
        }

        _parts.Sets.Sweep(besides: Unfinished ? Gate.Read(State.Desired)!.Generation : 0);
        Chunks.Sweep(Unfinished ? [Gate.Read(State.Desired)!] : []);
        return base.RecoverAsync(cancellation);
    }

    /// <inheritdoc/>
    public override Receipt Answer(string reference, Refusal? refusal, string text) =>
        _parts.Galleries.Answer(reference, refusal, text) with { Model = _parts.Present.Identity, Shadow = Interlocked.Exchange(ref _shadow, null) };

    /// <inheritdoc/>
    protected override IReadOnlyList<ChunkReference> Missing(ModelsManifest manifest) =>
        manifest.Model == _parts.Present.Identity ? [] : _pieces.Missing(manifest, _parts.Sets.FoldersOf(manifest.Generation), _parts.Sets.InUse);

    /// <inheritdoc/>
    protected override async Task<string?> ApplyAsync(ModelsManifest manifest, byte[] payload, CancellationToken cancellation)
    {
        _shadow = null;
        if (State.CountStart() > MostTries)
        {
            throw new RefusedException("load", $"{MostTries} tries of it ended the process.");
        }

        try
        {
            if (manifest.Model != _parts.Present.Identity)
            {
                return await ExchangeAsync(manifest, payload, cancellation).ConfigureAwait(false);
            }

            State.Apply(payload, State.Applied, _time.GetUtcNow());
            Chunks.Sweep([]);
            return $"The models {manifest.Model} are in use already.";
        }
        catch (RefusedException)
        {
            _parts.Sets.Sweep(besides: 0);
            throw;
        }
        finally
        {
            // What ends the process leaves the count.
            State.ForgetStarts();
        }
    }

    private static void CheckSize(ModelsManifest manifest, UpdateOptions options)
    {
        if (manifest.Bytes > options.MaxModelBytes)
        {
            throw new RefusedException("size", $"Its files have {manifest.Bytes} bytes; this device takes {options.MaxModelBytes}.");
        }
    }

    private async Task<string?> ExchangeAsync(ModelsManifest manifest, byte[] payload, CancellationToken cancellation)
    {
        var into = _parts.Sets.FoldersOf(manifest.Generation);
        _parts.Sets.Sweep(besides: manifest.Generation);
        UpdateLog.ModelStep(Log, manifest.Generation, "putting the files together");
        _pieces.Assemble(manifest, into, _parts.Sets.InUse);
        using var next = Load(manifest, into);
        UpdateLog.ModelStep(Log, manifest.Generation, "making the gallery for them");
        await _parts.Galleries.HoldAsync(changes: false, cancellation).ConfigureAwait(false);
        long made;
        int embedded;
        try
        {
            made = _parts.Gallery.Generation;
            embedded = MakeGallery(next, into, cancellation);
        }
        finally
        {
            _parts.Galleries.Release();
        }

        var figures = await CompareAsync(manifest, next, into, cancellation).ConfigureAwait(false);
        await _parts.Galleries.HoldAsync(changes: true, cancellation).ConfigureAwait(false);
        var restarts = false;
        try
        {
            // It changed while both were compared: what the next set searches must not be of before.
            if (_parts.Gallery.Generation != made)
            {
                embedded = MakeGallery(next, into, cancellation);
            }

            var text = $"The models {next.Identity} are in use; {embedded} views were embedded anew. {figures?.Text ?? "No camera runs here: they were not compared with those before."}";
            var before = State.Applied;
            _parts.Sets.Use(manifest.Generation);
            restarts = _parts.Restart is not null;
            State.Apply(payload, before, _time.GetUtcNow(), restarts ? Untold(text, figures) : null);
            UpdateLog.ModelStep(Log, manifest.Generation, restarts ? "chosen; the agent starts anew with them" : "chosen for the next start");
            Chunks.Sweep([]);
            _shadow = null;
            return restarts ? null : text;
        }
        finally
        {
            if (restarts)
            {
                _parts.Restart!();
            }
            else
            {
                _parts.Galleries.Release();
            }
        }
    }

    private int MakeGallery(ModelSet next, ModelFolders into, CancellationToken cancellation)
    {
        var source = new NextGallerySource(_parts.Galleries.Applied, _parts.Galleries.Chunks, _parts.StateFolder, _parts.Options.MaxPicturePixels);
        return new NextGallery(_parts.Gallery, _parts.Present, source, _time).Make(into.Gallery, next, cancellation);
    }

    private ModelSet Load(ModelsManifest manifest, ModelFolders into)
    {
        ModelSet? set = null;
        try
        {
            // One thread: the cameras have the others.
            set = _parts.Sets.Load(into, threads: 1);
            if (set.Identity != manifest.Model || manifest.Models.Any(model => model.Identity != (model.Kind == ModelManifest.MainBody ? set.Detector : set.Feature).Identity))
            {
                throw new RefusedException("model", $"With what is in use here it makes {set.Identity}; the manifest says {manifest.Model}. Sign both models.");
            }

            return set.Feature.SelfTest is not null
                ? set
                : throw new RefusedException("self_test", $"{set.Feature.Name}: no embedding of the self-test's picture was recorded when it was made; export it again.");
        }
        catch (RefusedException)
        {
            set!.Dispose();
            throw;
        }
        catch (SelfTestException e)
        {
            throw new RefusedException("self_test", e.Message, e);
        }
        catch (Exception e) when (e is ModelException or InferenceException)
        {
            throw new RefusedException("model", e.Message, e);
        }
    }

    private async Task<ShadowFigures?> CompareAsync(ModelsManifest manifest, ModelSet next, ModelFolders into, CancellationToken cancellation)
    {
        var options = _parts.Options;
        ShadowFigures? figures = null;
        if (_parts.Shadow is { } shadow)
        {
            UpdateLog.ModelStep(Log, manifest.Generation, "running beside the set in use");
            using var gallery = GalleryStore.Open(into.Gallery, next.Identity, next.Feature.Dimension, _time);
            var index = LiveIndex.Open(gallery, new IndexOptions { Kind = "exact" });
            await using (index.ConfigureAwait(false))
            {
                var side = new ShadowSide(next, index, new ThresholdSource(AgentRuntime.ThresholdsOf(gallery, _parts.Recognition)));
                _shadow = figures = await shadow.RunAsync(new ShadowSide(_parts.Present, _parts.Index, _parts.Thresholds), side, cancellation).ConfigureAwait(false);
            }
        }

        if (options.ShadowRequired && figures is null or { Objects: 0 })
        {
            throw new RefusedException("shadow", $"{figures?.Text ?? "No camera runs here."} updates.shadow_required asks for a comparison.");
        }

        return !(figures?.Share > options.ShadowLimit) ? figures : throw new RefusedException("shadow", $"{figures.Text} At most {options.ShadowLimit:0%} are taken (updates.shadow_limit).");
    }

    private static byte[] Untold(string text, ShadowFigures? figures) => PayloadWriter.Object((text, figures), static (json, told) =>
    {
        json.WriteString("text", told.text);
        told.figures?.Write(json);
    });
}
