using System.Collections.Concurrent;
using ShiTu.EdgeAgent.Annotation;
using ShiTu.EdgeAgent.Pipeline;

namespace ShiTu.EdgeAgent.Service;

/// <summary>The next frame of a camera with its boxes, as JPEG, for whoever asks; costs a frame nothing while nobody does.</summary>
internal sealed class Snapshots : IFrameObserver
{
    private readonly ConcurrentDictionary<string, TaskCompletionSource<byte[]>> _wanted = new(StringComparer.Ordinal);
    private int _waiting;

    /// <summary>The next frame of a camera.</summary>
    /// <exception cref="TimeoutException">None came in time.</exception>
    public async Task<byte[]> NextAsync(string camera, TimeSpan patience, TimeProvider time, CancellationToken cancellation)
    {
        var wanted = _wanted.GetOrAdd(camera, _ => new TaskCompletionSource<byte[]>(TaskCreationOptions.RunContinuationsAsynchronously));
        Interlocked.Increment(ref _waiting);
        try
        {
            return await wanted.Task.WaitAsync(patience, time, cancellation).ConfigureAwait(false);
        }
        finally
        {
            Interlocked.Decrement(ref _waiting);
        }
    }

    /// <inheritdoc/>
    public void Observe(in FrameOutcome outcome)
    {
        if (Volatile.Read(ref _waiting) == 0 || !_wanted.TryRemove(outcome.Camera, out var wanted))
        {
            return;
        }

        var boxes = new List<AnnotatedBox>();
        foreach (var box in outcome.Boxes)
        {
            boxes.Add(AnnotatedBox.Of(box));
        }

        try
        {
            using var annotator = new Annotator();
            wanted.TrySetResult(annotator.Encode(outcome.Frame.View, System.Runtime.InteropServices.CollectionsMarshal.AsSpan(boxes)));
        }
        catch (Exception error) when (error is not OutOfMemoryException)
        {
            wanted.TrySetException(error);
        }
    }
}
