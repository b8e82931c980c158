using System.Runtime.InteropServices;
using ShiTu.EdgeAgent.Capture;
using ShiTu.EdgeAgent.GalleryUpdates;
using ShiTu.EdgeAgent.Recognition;
using ShiTu.Index.Generations;
using ShiTu.Inference.Models;

namespace ShiTu.EdgeAgent.ModelUpdates;

/// <summary>Models with the gallery that is theirs.</summary>
internal sealed record ShadowSide(ModelSet Models, LiveIndex Index, ThresholdSource Thresholds);

/// <summary>
/// Runs the next set beside the one in use on copies of live frames, spread over the configured time. A thread of its own, of the lowest priority that the system grants, and four fifths
/// of the time at rest: cameras wait for a copy of their pixels and for nothing else.
/// </summary>
internal sealed partial class ShadowRun(FrameTap frames, UpdateOptions options, RecognitionOptions recognition, TimeProvider time)
{
    private const int RestPerWork = 4;
    private const int LowestPriority = 19;

    /// <summary>Runs; ends early only when it is cancelled.</summary>
    public Task<ShadowFigures> RunAsync(ShadowSide present, ShadowSide next, CancellationToken cancellation) =>
        Task.Factory.StartNew(() => Run(present, next, cancellation), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    private ShadowFigures Run(ShadowSide present, ShadowSide next, CancellationToken cancellation)
    {
        LowerPriority();
        // As cameras are looked at: the whole picture plays no part there.
        var rules = recognition.Rule == WholePicture.Fallback ? recognition with { WholePicture = WholePicture.Never } : recognition;
        using var mine = new Recogniser(present.Models, present.Index, present.Thresholds, rules);
        using var theirs = new Recogniser(next.Models, next.Index, next.Thresholds, rules);
        var figures = new ShadowFigures(0, 0, 0, 0, 0);
        var frame = new Frame();
        var start = time.GetTimestamp();
        while (figures.Frames < options.ShadowFrames && options.ShadowTime - time.GetElapsedTime(start) is var left && left > TimeSpan.Zero)
        {
            if (!frames.NextAsync(frame, left, time, cancellation).GetAwaiter().GetResult())
            {
                break;
            }

            var work = time.GetTimestamp();
            figures = figures.Plus(ShadowComparison.Compare(mine.Recognise(frame.View), theirs.Recognise(frame.View)));
            var rest = time.GetElapsedTime(work) * RestPerWork;
            var spread = options.ShadowTime / options.ShadowFrames;
            cancellation.WaitHandle.WaitOne(rest > spread ? rest : spread);
            cancellation.ThrowIfCancellationRequested();
        }

        return figures;
    }

    private static void LowerPriority()
    {
        try
        {
            // On Linux 0 is the calling thread, which ends with the run. Where it is not allowed, the rests must do.
            _ = SetPriority(0, 0, LowestPriority);
        }
        catch (Exception error) when (error is DllNotFoundException or EntryPointNotFoundException)
        {
            // Another system.
        }
    }

    [LibraryImport("libc", EntryPoint = "setpriority")]
    private static partial int SetPriority(int which, uint who, int priority);
}
