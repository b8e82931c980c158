using System.Threading.Channels;
using ShiTu.Index.Gallery;
using ShiTu.Index.Native;
using ShiTu.Index.Storage;

namespace ShiTu.Index.Generations;

/// <summary>
/// The index in use and its successor: readers borrow the present generation, a background loop builds the next after every change of the store and swaps it in
/// atomically; an old one is freed when its last reader is done. A few changed items of a large gallery are searched beside the generation that is there, in milliseconds, and
/// the whole is built again when the gallery is left alone. After a large change, and at the start, an exact scan serves until the HNSW graph is there, which takes seconds to minutes.
/// </summary>
public sealed class LiveIndex : IAsyncDisposable
{
    private const int SmallGallery = 2048;
    private const int MostChanged = 256;
    private readonly GalleryStore _store;
    private readonly IndexOptions _options;
    private readonly Channel<TaskCompletionSource> _requests = Channel.CreateUnbounded<TaskCompletionSource>(new UnboundedChannelOptions { SingleReader = true });
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _loop;
    private volatile IndexGeneration _present;

    // The last one that was built as a whole: the present one, or held by it.
    private IndexGeneration _whole;
    private volatile string? _graphFault;

    private LiveIndex(GalleryStore store, IndexOptions options)
    {
        _store = store;
        _options = options;
        var snapshot = store.Snapshot();
        _present = _whole = IndexGeneration.Build(snapshot, options with { Kind = "exact" }, CancellationToken.None);
        _graphFault = options.LacksLibrary(_present.ViewCount) ? UsearchNative.Missing().Message : null;
        var first = options.WantsGraph(_present.ViewCount) ? snapshot : null;
        _loop = Task.Factory.StartNew(() => FollowAsync(first), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default).Unwrap();
    }

    /// <summary>How long the gallery must be left alone before it is built again as a whole.</summary>
    internal TimeSpan Settling { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Tells of every swap: the new generation, on the building thread.</summary>
    public event EventHandler<IndexGeneration>? Swapped;

    /// <summary>Why the whole could not be built, as where the search stays exact although a graph is wanted; null where all is well.</summary>
    public string? GraphFault => _graphFault;

    /// <summary>Opens over <paramref name="store"/> and builds the first generation, an exact one: it is ready to be searched when this returns.</summary>
    /// <exception cref="GalleryException">The gallery's rows do not fit together.</exception>
    /// <exception cref="DllNotFoundException">HNSW is asked for by name and USearch's library is missing.</exception>
    public static LiveIndex Open(GalleryStore store, IndexOptions options)
    {
        ArgumentNullException.ThrowIfNull(store);
        ArgumentNullException.ThrowIfNull(options);
        if (options.Kind == "hnsw" && !UsearchNative.IsAvailable)
        {
            throw UsearchNative.Missing();
        }

        return new LiveIndex(store, options);
    }

    /// <summary>Borrows the present generation; dispose the lease to give it back. No allocation, no wait.</summary>
    public IndexLease Borrow()
    {
        while (true)
        {
            var present = _present;
            if (present.TryHold())
            {
                return new IndexLease(present);
            }
        }
    }

    /// <summary>Tells that the store changed; returns when the change is searchable.</summary>
    /// <exception cref="GalleryException">The new content cannot be searched; the present generation stays.</exception>
    public async Task RefreshAsync(CancellationToken cancellation = default)
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await _requests.Writer.WriteAsync(done, cancellation).ConfigureAwait(false);
        await done.Task.WaitAsync(cancellation).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _requests.Writer.TryComplete();
        await _stop.CancelAsync().ConfigureAwait(false);
        await _loop.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _present.Dispose();
        _stop.Dispose();
    }

    private async Task FollowAsync(GallerySnapshot? first)
    {
        var waiting = new List<TaskCompletionSource>();
        var next = first is null ? null : BeginWith(first);
        first = null;
        Task? settled = null;
        try
        {
            var request = _requests.Reader.WaitToReadAsync(_stop.Token).AsTask();
            while (true)
            {
                await Task.WhenAny(((Task?[])[request, next?.Built, settled]).OfType<Task>()).ConfigureAwait(false);
                if (next is { Built.IsCompleted: true })
                {
                    var more = await TakeAsync(next).ConfigureAwait(false);
                    next = null;
                    settled = more ? SettleAsync() : null;
                }

                if (settled is { IsCompleted: true } && next is null)
                {
                    settled = null;
                    next = Begin(_store.Snapshot);
                }

                if (!request.IsCompleted)
                {
                    continue;
                }

                if (!await request.ConfigureAwait(false))
                {
                    break;
                }

                // One change of the index answers everyone who asked before it began.
                while (_requests.Reader.TryRead(out var asked))
                {
                    waiting.Add(asked);
                }

                var (kind, whole) = Follow(waiting);
                if (kind == Step.Patched && next is null)
                {
                    settled = SettleAsync();
                }
                else if (kind == Step.Whole)
                {
                    await GiveUpAsync(next).ConfigureAwait(false);
                    settled = null;
                    next = _options.WantsGraph(whole!.ItemOfView.Length) ? BeginWith(whole) : null;
                }

                waiting.Clear();
                request = _requests.Reader.WaitToReadAsync(_stop.Token).AsTask();
            }
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // The index is being closed.
        }
        finally
        {
            await GiveUpAsync(next).ConfigureAwait(false);
            while (_requests.Reader.TryRead(out var request))
            {
                waiting.Add(request);
            }

            waiting.ForEach(request => request.TrySetCanceled());
        }
    }

    /// <summary>Swaps in a generation of the store's content: the changed items beside the last whole one, or a whole one, exact.</summary>
    private (Step Step, GallerySnapshot? Whole) Follow(List<TaskCompletionSource> waiting)
    {
        var step = Step.None;
        GallerySnapshot? whole = null;
        try
        {
            if (Patch(_whole) is { } patched)
            {
                if (patched.Generation != _present.Generation)
                {
                    Swap(patched);
                    step = Step.Patched;
                }
                else
                {
                    patched.Dispose();
                }
            }
            else if (_store.Snapshot() is var snapshot && (snapshot.ContentHash != _present.ContentHash || snapshot.Generation != _present.Generation))
            {
                _whole = IndexGeneration.Build(snapshot, _options with { Kind = "exact" }, _stop.Token);
                Swap(_whole);
                _graphFault = _options.LacksLibrary(snapshot.ItemOfView.Length) ? UsearchNative.Missing().Message : null;
                (step, whole) = (Step.Whole, snapshot);
            }

            waiting.ForEach(request => request.TrySetResult());
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            waiting.ForEach(request => request.TrySetException(error));
        }

        return (step, whole);
    }

    /// <summary>A whole generation with what changed since beside it; null where too much did, or where a whole one is made in no time.</summary>
    private IndexGeneration? Patch(IndexGeneration whole) =>
        whole.ViewCount >= SmallGallery && _store.ChangesSince(whole.Generation, MostChanged) is { } changes ? IndexGeneration.Beside(whole, changes) : null;

    // A gallery in which somebody works changes again soon: it is read as a whole when it is left alone.
    private Task SettleAsync() => Task.Delay(Settling, _stop.Token);

    private WholeBuild BeginWith(GallerySnapshot snapshot) => Begin(() => snapshot);

    // A thread of its own: the pool's are for the cameras.
    private WholeBuild Begin(Func<GallerySnapshot> snapshot)
    {
        var giveUp = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token);
        return new(giveUp, Task.Factory.StartNew(
            () => IndexGeneration.Build(snapshot(), _options, giveUp.Token), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default));
    }

    /// <summary>Swaps in what was built, with what changed meanwhile beside it; true where the whole is to be built again: after such a change, or a failure that may pass.</summary>
    private async Task<bool> TakeAsync(WholeBuild next)
    {
        try
        {
            var whole = await next.Built.ConfigureAwait(false);
            _graphFault = null;
            if (whole.Generation == _present.Generation)
            {
                _whole = whole;
                Swap(whole);
                return false;
            }

            if (Patch(whole) is not { } patched)
            {
                // Too much changed while it was built: begin again, on what is there now.
                whole.Dispose();
                return true;
            }

            _whole = whole;
            Swap(patched);
            whole.Dispose();
            return true;
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            // The present generation goes on answering. What failed once may work later; a library that is not there will not.
            _graphFault = error.Message;
            return error is not DllNotFoundException;
        }
        finally
        {
            next.GiveUp.Dispose();
        }
    }

    private static async Task GiveUpAsync(WholeBuild? next)
    {
        if (next is null)
        {
            return;
        }

        await next.GiveUp.CancelAsync().ConfigureAwait(false);
        await ((Task)next.Built).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (next.Built.IsCompletedSuccessfully)
        {
            (await next.Built.ConfigureAwait(false)).Dispose();
        }

        next.GiveUp.Dispose();
    }

    private void Swap(IndexGeneration next)
    {
        var before = _present;
        _present = next;
        before.Dispose();
        Swapped?.Invoke(this, next);
    }

    private enum Step
    {
        None,
        Patched,
        Whole,
    }

    private sealed record WholeBuild(CancellationTokenSource GiveUp, Task<IndexGeneration> Built);
}
