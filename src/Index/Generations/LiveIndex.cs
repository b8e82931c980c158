using ShiTu.Index.Gallery;

namespace ShiTu.Index.Generations;

/// <summary>
/// The index in use and its successor: readers borrow the present generation, a background loop builds the next after every change of the store and swaps it in atomically;
/// an old one is freed when its last reader is done. Small additions are searchable at once through an exact side list.
/// </summary>
public sealed class LiveIndex : IAsyncDisposable
{
    /// <summary>Opens over <paramref name="store"/> and builds the first generation.</summary>
    public static LiveIndex Open(GalleryStore store, IndexOptions options) => throw new NotSupportedException("Being written.");

    /// <summary>Borrows the present generation; dispose the lease to give it back. No allocation, no wait.</summary>
    public IndexLease Borrow() => throw new NotSupportedException("Being written.");

    /// <summary>Tells that the store changed; returns when the change is searchable.</summary>
    public Task RefreshAsync(CancellationToken cancellation = default) => throw new NotSupportedException("Being written.");

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }
}
