using System.Diagnostics;
using System.Security.Cryptography;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using ShiTu.EdgeAgent.Mqtt;
using ShiTu.Index.Gallery;

namespace ShiTu.EdgeAgent.GalleryUpdates;

/// <summary>
/// The way of a manifest, whatever it is of: all checks, taken durably, all chunks, applied, receipt. Anything wrong changes nothing. A step that a power loss cut short is done again
/// at the next start. One call at a time.
/// </summary>
internal abstract class ManifestTaker<T> : IManifestTaker, IDisposable
    where T : class, IContentManifest
{
    private readonly TrustedKeys _keys;

    /// <summary>Sets it up.</summary>
    protected ManifestTaker(string name, ManifestGate<T> gate, TrustedKeys keys, ManifestState state, ChunkStore chunks, ILogger? logger)
    {
        Name = name;
        Gate = gate;
        _keys = keys;
        State = state;
        Chunks = chunks;
        Log = logger ?? NullLogger.Instance;
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public abstract GalleryStatus Status { get; }

    /// <inheritdoc/>
    public bool Unfinished => State.Desired is { } desired && !desired.AsSpan().SequenceEqual(State.Applied);

    /// <summary>The checks before anything is fetched.</summary>
    protected ManifestGate<T> Gate { get; }

    /// <summary>What survives a power loss.</summary>
    protected ManifestState State { get; }

    /// <summary>Verified chunks.</summary>
    public ChunkStore Chunks { get; }

    /// <summary>Log.</summary>
    protected ILogger Log { get; }

    /// <summary>Held by whoever changes something.</summary>
    protected SemaphoreSlim One { get; } = new(1);

    /// <summary>The manifest in use, or null.</summary>
    public T? Applied => Gate.Read(State.Applied);

    /// <inheritdoc/>
    public bool Wants(SignedDocument document, out Receipt? refusal)
    {
        refusal = null;
        if (IsAnswered(document))
        {
            return false;
        }

        try
        {
            Gate.Check(document, out _);
            return true;
        }
        catch (RefusedException e)
        {
            refusal = Refuse(Name, e.Refusal);
            return false;
        }
    }

    /// <inheritdoc/>
    public Receipt Again(SignedDocument document) => document.Payload.Span.SequenceEqual(State.Applied)
        ? Answer($"{Name}/{Applied!.Generation}", null, $"Generation {Applied.Generation} is in use already.")
        : Answer(Name, new Refusal("generation", "It was refused or gone back from before; sign it again, with a higher generation."), "");

    /// <inheritdoc/>
    public async Task<Receipt?> TakeAsync(SignedDocument document, IChunkSource source, CancellationToken cancellation)
    {
        var reference = Name;
        var known = false;
        await One.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            if (IsAnswered(document))
            {
                return null;
            }

            var manifest = Gate.Check(document, out known);
            reference = $"{Name}/{manifest.Generation}";
            var payload = document.Payload.ToArray();
            if (!known)
            {
                State.Take(manifest.Generation, payload);
                known = true;
            }

            var started = Stopwatch.GetTimestamp();
            var missing = Missing(manifest);
            await source.FetchAsync(missing, Chunks, cancellation).ConfigureAwait(false);
            var text = await ApplyAsync(manifest, payload, cancellation).ConfigureAwait(false);
            return text is null ? null : Answer(reference, null, $"{text} {missing.Count} chunks ({missing.Sum(chunk => (long)chunk.Bytes)} bytes) fetched, {Stopwatch.GetElapsedTime(started).TotalSeconds:0.0} s.");
        }
        catch (RefusedException e)
        {
            if (known && !e.MayRetry)
            {
                State.Abandon();
            }

            return Refuse(reference, e.Refusal);
        }
        catch (Exception e) when (e is not (OperationCanceledException or OutOfMemoryException))
        {
            return Fault(reference, e);
        }
        finally
        {
            One.Release();
        }
    }

    /// <inheritdoc/>
    public virtual async Task<Receipt?> RecoverAsync(CancellationToken cancellation)
    {
        if (!Unfinished || Gate.Read(State.Desired) is not { } desired || Missing(desired).Count > 0)
        {
            return null;
        }

        var reference = $"{Name}/{desired.Generation}";
        await One.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            var text = await ApplyAsync(desired, State.Desired!, cancellation).ConfigureAwait(false);
            return text is null ? null : Answer(reference, null, $"{text} It was begun before a restart.");
        }
        catch (RefusedException e)
        {
            State.Abandon();
            return Refuse(reference, e.Refusal);
        }
        catch (Exception e) when (e is not (OperationCanceledException or OutOfMemoryException))
        {
            return Fault(reference, e);
        }
        finally
        {
            One.Release();
        }
    }

    /// <inheritdoc/>
    public abstract Receipt Answer(string reference, Refusal? refusal, string text);

    /// <inheritdoc/>
    public virtual void Dispose() => One.Dispose();

    /// <summary>Chunks that have to come.</summary>
    protected virtual IReadOnlyList<ChunkReference> Missing(T manifest) => [.. manifest.Chunks.Where(chunk => !Chunks.Has(chunk))];

    /// <summary>Applies a manifest whose chunks are all here; what was done, in words, or null where the receipt comes later.</summary>
    /// <exception cref="RefusedException">A check failed; nothing changed.</exception>
    protected abstract Task<string?> ApplyAsync(T manifest, byte[] payload, CancellationToken cancellation);

    /// <summary>Logs and answers a refusal.</summary>
    protected Receipt Refuse(string reference, Refusal refusal)
    {
        UpdateLog.Refused(Log, reference, refusal.Check, refusal.Text);
        return Answer(reference, refusal, "");
    }

    // Disk full, disk broken, or a fault of our own: the update waits, the service goes on.
    private Receipt Fault(string reference, Exception e) =>
        Refuse(reference, new Refusal(e is GalleryException or IOException or UnauthorizedAccessException or SqliteException ? "storage" : "failed", e.Message));

    // Exactly the bytes of the owner's manifest that is in use, or that was refused or gone back from for good.
    private bool IsAnswered(SignedDocument document) => _keys.Check(document) is null &&
        (document.Payload.Span.SequenceEqual(State.Applied) || (State.GivenUp is { } hash && SHA256.HashData(document.Payload.Span).AsSpan().SequenceEqual(hash)));
}
