using System.Threading.Channels;
using ShiTu.Index.Gallery;
using ShiTu.Index.Native;
using ShiTu.Index.Storage;

namespace ShiTu.Index.Generations;

/// <summary>
/// The index in use and its successor: readers borrow the present generation, a background loop builds the next after every change of the store and swaps it in
/// atomically; an old one is freed when its last reader is done. Where the next one is an HNSW graph, which takes seconds to minutes, an exact scan over the new
/// content serves until the graph is there, also at the start; a further change gives that graph up and begins the next.
/// </summary>
public sealed class LiveIndex : IAsyncDisposable
{
    private readonly GalleryStore _store;
    private readonly IndexOptions _options;
    private readonly Channel<TaskCompletionSource> _requests = Channel.CreateUnbounded<TaskCompletionSource>(new UnboundedChannelOptions { SingleReader = true });
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _loop;
    private volatile IndexGeneration _present;
    private volatile string? _graphFault;

    private LiveIndex(GalleryStore store, IndexOptions options)
    {
        _store = store;
        _options = options;
        var snapshot = store.Snapshot();
        _present = IndexGeneration.Build(snapshot, options with { Kind = "exact" }, CancellationToken.None);
        _graphFault = options.LacksLibrary(_present.ViewCount) ? UsearchNative.Missing().Message : null;
        var first = options.WantsGraph(_present.ViewCount) ? snapshot : null;
        _loop = Task.Factory.StartNew(() => RebuildLoopAsync(first), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default).Unwrap();
    }

    /// <summary>Tells of every swap: the new generation, on the building thread.</summary>
    public event EventHandler<IndexGeneration>? Swapped;

    /// <summary>Why the search stays exact although a graph is wanted; null where all is well.</summary>
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

    private async Task RebuildLoopAsync(GallerySnapshot? first)
    {
        var waiting = new List<TaskCompletionSource>();
        var graph = first is null ? null : Begin(first);
        first = null;
        try
        {
            var request = _requests.Reader.WaitToReadAsync(_stop.Token).AsTask();
            while (true)
            {
                await (graph is null ? (Task)request : Task.WhenAny(request, graph.Built)).ConfigureAwait(false);
                if (graph is { Built.IsCompleted: true })
                {
                    await TakeAsync(graph).ConfigureAwait(false);
                    graph = null;
                }

                if (!request.IsCompleted)
                {
                    continue;
                }

                if (!await request.ConfigureAwait(false))
                {
                    break;
                }

                // One build answers everyone who asked before it began.
                while (_requests.Reader.TryRead(out var asked))
                {
                    waiting.Add(asked);
                }

                if (Rebuild(waiting) is { } changed)
                {
                    await GiveUpAsync(graph).ConfigureAwait(false);
                    graph = _options.WantsGraph(changed.ItemOfView.Length) ? Begin(changed) : null;
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
            await GiveUpAsync(graph).ConfigureAwait(false);
            while (_requests.Reader.TryRead(out var request))
            {
                waiting.Add(request);
            }

            waiting.ForEach(request => request.TrySetCanceled());
        }
    }

    /// <summary>Swaps in an exact generation of the store's content; the content where it is another than before.</summary>
    private GallerySnapshot? Rebuild(List<TaskCompletionSource> waiting)
    {
        GallerySnapshot? changed = null;
        try
        {
            var snapshot = _store.Snapshot();
            if (snapshot.ContentHash != _present.ContentHash || snapshot.Generation != _present.Generation)
            {
                Swap(IndexGeneration.Build(snapshot, _options with { Kind = "exact" }, _stop.Token));
                _graphFault = _options.LacksLibrary(snapshot.ItemOfView.Length) ? UsearchNative.Missing().Message : null;
                changed = snapshot;
            }

            waiting.ForEach(request => request.TrySetResult());
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            waiting.ForEach(request => request.TrySetException(error));
        }

        return changed;
    }

    // A thread of its own: the pool's are for the cameras.
    private GraphBuild Begin(GallerySnapshot snapshot)
    {
        var giveUp = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token);
        return new(giveUp, Task.Factory.StartNew(
            () => IndexGeneration.Build(snapshot, _options, giveUp.Token), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default));
    }

    private async Task TakeAsync(GraphBuild graph)
    {
        try
        {
            Swap(await graph.Built.ConfigureAwait(false));
            _graphFault = null;
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            // The exact generation goes on answering.
            _graphFault = error.Message;
        }
        finally
        {
            graph.GiveUp.Dispose();
        }
    }

    private static async Task GiveUpAsync(GraphBuild? graph)
    {
        if (graph is null)
        {
            return;
        }

        await graph.GiveUp.CancelAsync().ConfigureAwait(false);
        await ((Task)graph.Built).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (graph.Built.IsCompletedSuccessfully)
        {
            (await graph.Built.ConfigureAwait(false)).Dispose();
        }

        graph.GiveUp.Dispose();
    }

    private void Swap(IndexGeneration next)
    {
        var before = _present;
        _present = next;
        before.Dispose();
        Swapped?.Invoke(this, next);
    }

    private sealed record GraphBuild(CancellationTokenSource GiveUp, Task<IndexGeneration> Built);
}
