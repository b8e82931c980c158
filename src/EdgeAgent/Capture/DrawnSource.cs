using ShiTu.Inference.Imaging;

namespace ShiTu.EdgeAgent.Capture;

/// <summary>Draws one frame, BGR without padding.</summary>
internal delegate void FrameDrawing(long index, Span<byte> bgr);

/// <summary>Frames drawn by the program itself, as fast as they are taken or at their own pace.</summary>
internal sealed class DrawnSource(int width, int height, double fps, long frames, bool realtime, FrameDrawing draw, TimeProvider time) : IFrameSource
{
    /// <inheritdoc/>
    public SourceEnd Run(FrameSink sink, CancellationToken cancellation)
    {
        var start = time.GetTimestamp();
        for (var index = 0L; index < frames; index++)
        {
            try
            {
                if (realtime && TimeSpan.FromSeconds(index / fps) - time.GetElapsedTime(start) is { Ticks: > 0 } early)
                {
                    cancellation.WaitHandle.WaitOne(early);
                }

                cancellation.ThrowIfCancellationRequested();
                var frame = sink.Rent(width, height, PixelOrder.Bgr, cancellation);
                draw(index, frame.Pixels);
                sink.Post(frame, TimeSpan.FromSeconds(index / fps), index == 0);
            }
            catch (OperationCanceledException)
            {
                return new SourceEnd(null, index);
            }
        }

        return new SourceEnd(null, frames);
    }
}
