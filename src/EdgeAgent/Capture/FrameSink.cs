using ShiTu.EdgeAgent.Pipeline;
using ShiTu.Inference.Imaging;

namespace ShiTu.EdgeAgent.Capture;

/// <summary>What a source writes into: buffers, time stamps, counts, signs of life. One thread at a time.</summary>
internal sealed class FrameSink(FrameMailbox frames, IPulse pulse, TimeProvider time)
{
    private static readonly TimeSpan RentWait = TimeSpan.FromMilliseconds(100);
    private readonly long _start = time.GetTimestamp();
    private long _posted;
    private long _unreadable;

    /// <summary>Frames given so far, by all runs of the source.</summary>
    public long Posted => Interlocked.Read(ref _posted);

    /// <summary>Pictures that could not be read.</summary>
    public long Unreadable => Interlocked.Read(ref _unreadable);

    /// <summary>Called at the first frame of a run and at unreadable pictures.</summary>
    public required Action<string?> Noticed { get; init; }

    /// <summary>A buffer of the size wanted; waits for room where nothing may be lost.</summary>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public Frame Rent(int width, int height, PixelOrder order, CancellationToken cancellation)
    {
        var frame = Rent(cancellation);
        frame.Resize(width, height, order);
        return frame;
    }

    /// <summary>A buffer of any size.</summary>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public Frame Rent(CancellationToken cancellation)
    {
        while (true)
        {
            cancellation.ThrowIfCancellationRequested();
            if (frames.Rent(RentWait) is { } frame)
            {
                return frame;
            }

            pulse.Wait();
        }
    }

    /// <summary>Hands a frame on.</summary>
    /// <param name="frame">A rented buffer, filled.</param>
    /// <param name="sceneTime">Position in the scene; null for the time of arrival.</param>
    /// <param name="first">First frame of this run.</param>
    /// <param name="file">File it came from.</param>
    public void Post(Frame frame, TimeSpan? sceneTime, bool first, string? file = null)
    {
        frame.Arrived = time.GetTimestamp();
        frame.SceneTime = sceneTime ?? time.GetElapsedTime(_start, frame.Arrived);
        frame.File = file;
        frame.Number = _posted;
        frames.Post(frame);
        Interlocked.Increment(ref _posted);
        pulse.Beat();
        if (first)
        {
            Noticed(null);
        }
    }

    /// <summary>Gives a buffer back unused.</summary>
    public void Abandon(Frame frame) => frames.Return(frame);

    /// <summary>A picture could not be read; the text names it.</summary>
    public void Skip(string text)
    {
        Interlocked.Increment(ref _unreadable);
        pulse.Beat();
        Noticed(text);
    }

    /// <summary>The source waits for something outside.</summary>
    public void Waiting() => pulse.Wait();
}
