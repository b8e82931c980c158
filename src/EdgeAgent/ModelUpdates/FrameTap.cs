using ShiTu.EdgeAgent.Capture;
using ShiTu.EdgeAgent.Pipeline;

namespace ShiTu.EdgeAgent.ModelUpdates;

/// <summary>A copy of the next frame in which something moved, for whoever asks; costs a frame one look while nobody does, and the copying of its pixels when somebody does.</summary>
internal sealed class FrameTap : IFrameObserver
{
    private Wish? _wish;

    /// <summary>Copies the next frame; false where none came in time. One caller at a time.</summary>
    public async Task<bool> NextAsync(Frame into, TimeSpan patience, TimeProvider time, CancellationToken cancellation)
    {
        var wish = new Wish(into);
        Volatile.Write(ref _wish, wish);
        try
        {
            await wish.Done.Task.WaitAsync(patience, time, cancellation).ConfigureAwait(false);
            return true;
        }
        catch (Exception error) when (error is TimeoutException or OperationCanceledException)
        {
            // Somebody may be copying just now: then it came after all.
            if (Interlocked.CompareExchange(ref _wish, null, wish) != wish)
            {
                await wish.Done.Task.ConfigureAwait(false);
            }

            cancellation.ThrowIfCancellationRequested();
            return wish.Done.Task.IsCompleted;
        }
    }

    /// <inheritdoc/>
    public void Observe(in FrameOutcome outcome)
    {
        if (Volatile.Read(ref _wish) is null || outcome.Skipped || Interlocked.Exchange(ref _wish, null) is not { } wish)
        {
            return;
        }

        var frame = outcome.Frame;
        wish.Into.Resize(frame.Width, frame.Height, frame.Order);
        frame.Pixels.CopyTo(wish.Into.Pixels);
        wish.Done.TrySetResult();
    }

    private sealed record Wish(Frame Into)
    {
        public TaskCompletionSource Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
