using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using ShiTu.EdgeAgent.Pipeline;

namespace ShiTu.EdgeAgent.Annotation;

/// <summary>Records what the pipeline sees: a video a camera, in a folder. Frames without movement are recorded too, so that time runs as it did.</summary>
/// <param name="folder">Where to; made if it is absent.</param>
/// <param name="framesPerSecond">Rate written into the videos.</param>
/// <param name="mostFrames">A camera's frames after these are not recorded.</param>
/// <param name="ffmpeg">The encoder's program.</param>
internal sealed class AnnotationRecorder(string folder, double framesPerSecond, int mostFrames = 3000, string ffmpeg = "ffmpeg") : IFrameObserver, IDisposable
{
    private readonly ConcurrentDictionary<string, Recording> _recordings = new(StringComparer.Ordinal);

    /// <summary>Videos or folders of pictures written so far.</summary>
    public IEnumerable<string> Written => _recordings.Values.Select(recording => recording.Video.Written);

    /// <inheritdoc/>
    public void Observe(in FrameOutcome outcome)
    {
        // The frames of one camera come in order, so a recording has one writer at a time.
        var recording = _recordings.GetOrAdd(outcome.Camera, camera => new Recording(new AnnotatedVideo(Path.Combine(folder, camera + ".mp4"), framesPerSecond, ffmpeg)));
        if (recording.Video.FrameCount >= mostFrames)
        {
            return;
        }

        recording.Boxes.Clear();
        foreach (var live in outcome.Boxes)
        {
            recording.Boxes.Add(AnnotatedBox.Of(live));
        }

        recording.Video.Add(outcome.Frame.View, CollectionsMarshal.AsSpan(recording.Boxes));
    }

    /// <summary>Ends all videos.</summary>
    public void Dispose()
    {
        foreach (var recording in _recordings.Values)
        {
            recording.Video.Dispose();
        }
    }

    private sealed record Recording(AnnotatedVideo Video)
    {
        public List<AnnotatedBox> Boxes { get; } = [];
    }
}
