using System.Threading.Channels;

namespace ShiTu.EdgeAgent.Outbox;

/// <summary>Wakes one waiting loop; signals that come before it waits count as one.</summary>
internal sealed class WakeSignal
{
    private readonly Channel<bool> _signals = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true });

    /// <summary>Wakes the loop.</summary>
    public void Set() => _signals.Writer.TryWrite(true);

    /// <summary>Returns at the next signal.</summary>
    public async Task WaitAsync(CancellationToken cancellation) => await _signals.Reader.ReadAsync(cancellation).ConfigureAwait(false);

    /// <summary>Returns at the next signal, or after <paramref name="patience"/>.</summary>
    public async Task WaitAsync(TimeSpan patience, TimeProvider time, CancellationToken cancellation)
    {
        using var end = new CancellationTokenSource(patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(end.Token, cancellation);
        try
        {
            await WaitAsync(either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            // Nothing came.
        }
    }
}
