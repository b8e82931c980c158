using System.Threading.Channels;
using ShiTu.Index.Gallery;

namespace ShiTu.Index.Generations;

/// <summary>
/// The index in use and its successor: readers borrow the present generation, a background loop builds the next after every change of the store and swaps it in
/// atomically; an old one is freed when its last reader is done. Where the next one is an HNSW graph, which takes a while, an exact scan over the new content
/// serves until the graph is there.
/// </summary>
public sealed class LiveIndex : IAsyncDisposable
{
    private readonly GalleryStore _store;
    private readonly IndexOptions _options;
    private readonly Channel<TaskCompletionSource> _requests = Channel.CreateUnbounded<TaskCompletionSource>(new UnboundedChannelOptions { SingleReader = true });
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _loop;
    private volatile IndexGeneration _present;

    private LiveIndex(GalleryStore store, IndexOptions options)
    {
        _store = store;
        _options = options;
        _present = IndexGeneration.Build(store, options);
        _loop = Task.Factory.StartNew(RebuildLoopAsync, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default).Unwrap();
    }

    /// <summary>Tells of every swap: the new generation, on the building thread.</summary>
    public event EventHandler<IndexGeneration>? Swapped;

    /// <summary>Opens over <paramref name="store"/> and builds the first generation.</summary>
    public static LiveIndex Open(GalleryStore store, IndexOptions options)
    {
        ArgumentNullException.ThrowIfNull(store);
        ArgumentNullException.ThrowIfNull(options);
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

    private async Task RebuildLoopAsync()
    {
        var waiting = new List<TaskCompletionSource>();
        try
        {
            while (await _requests.Reader.WaitToReadAsync(_stop.Token).ConfigureAwait(false))
            {
                // One build answers everyone who asked before it began.
                while (_requests.Reader.TryRead(out var request))
                {
                    waiting.Add(request);
                }

                Rebuild(waiting);
                waiting.Clear();
            }
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // The index is being closed.
        }
        finally
        {
            while (_requests.Reader.TryRead(out var request))
            {
                waiting.Add(request);
            }

            waiting.ForEach(request => request.TrySetCanceled());
        }
    }

    private void Rebuild(List<TaskCompletionSource> waiting)
    {
        try
        {
            var snapshot = _store.Snapshot();
            if (snapshot.ContentHash != _present.ContentHash || snapshot.Generation != _present.Generation)
            {
                var isGraph = _options.Kind == "hnsw" || (_options.Kind == "auto" && snapshot.ItemOfView.Length > _options.ExactUpTo);
                if (isGraph)
                {
                    Swap(IndexGeneration.Build(snapshot, _options with { Kind = "exact" }, _stop.Token));
                    waiting.ForEach(request => request.TrySetResult());
                }

                Swap(IndexGeneration.Build(snapshot, _options, _stop.Token));
            }

            waiting.ForEach(request => request.TrySetResult());
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            waiting.ForEach(request => request.TrySetException(error));
        }
    }

    private void Swap(IndexGeneration next)
    {
        var before = _present;
        _present = next;
        before.Dispose();
        Swapped?.Invoke(this, next);
    }
}
