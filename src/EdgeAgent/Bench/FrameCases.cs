using ShiTu.DemoScene;
using ShiTu.EdgeAgent.Recognition;
using ShiTu.Inference.Engines;
using ShiTu.Inference.Imaging;
using ShiTu.Inference.Models;

namespace ShiTu.EdgeAgent.Bench;

/// <summary>A whole frame of the drawn belt: its time beside that of its bare model calls, and what it allocates.</summary>
internal static class FrameCases
{
    private const int Wanted = 5;
    private const int AllocationRounds = 3;
    private static readonly int[] Batches = [8, 4, 2, 1];

    /// <summary>The frame of the belt in which the detector finds nearest to five objects.</summary>
    public static (Picture Frame, int Objects) Choose(Recogniser recogniser)
    {
        using var scene = new BeltScene(new SceneOptions { Filled = true, Spacing = 260, OverlapShare = 0, Seconds = 30, FramesPerSecond = 1 });
        var (width, height) = (scene.Options.Width, scene.Options.Height);
        var best = (Frame: new Picture(new byte[width * height * 3], width, height, PixelOrder.Bgr), Objects: -Wanted);
        for (var index = 0; index < scene.FrameCount && best.Objects != Wanted; index++)
        {
            var frame = new Picture(new byte[width * height * 3], width, height, PixelOrder.Bgr);
            scene.Draw(index, frame.Pixels);
            var found = recogniser.Detect(frame.View).Length;
            if (Math.Abs(found - Wanted) < Math.Abs(best.Objects - Wanted))
            {
                best = (frame, found);
            }
        }

        return best;
    }

    /// <summary>The frame, and in turn the same model calls alone.</summary>
    public static BenchCase Whole(Recogniser recogniser, ModelSet models, ModelCases calls, Picture frame, int objects, int count)
    {
        List<IInferenceRequest> bare = [calls.Request(models.DetectorEngine, models.Detector, 1)];
        try
        {
            var left = objects;
            foreach (var batch in Batches)
            {
                for (; left >= batch; left -= batch)
                {
                    bare.Add(calls.Request(models.FeatureEngine, models.Feature, batch));
                }
            }

            var (whole, _, ratio) = Stopwatches.Compare(() => recogniser.Recognise(frame.View), () => bare.ForEach(request => request.Run()), count);
            return new BenchCase
            {
                Case = $"whole frame {frame.Width}x{frame.Height}, {objects} objects",
                Engine = models.FeatureEngine.Name,
                Precision = models.FeatureEngine.Precision,
                Threads = calls.Threads,
                RatioTo = "its bare model calls",
                Ratio = Math.Round(ratio, 4),
            }.WithTimes(whole);
        }
        finally
        {
            bare.ForEach(request => request.Dispose());
        }
    }

    /// <summary>
    /// Managed bytes that warm frames allocate on their thread: the least of some rounds. A frame that allocates does so in each of them; in the first, things are made that stay.
    /// </summary>
    public static BenchCase Allocation(Recogniser recogniser, Picture frame, int count)
    {
        var least = long.MaxValue;
        for (var round = 0; round < AllocationRounds; round++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            for (var i = 0; i < count; i++)
            {
                recogniser.Recognise(frame.View);
            }

            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        return new BenchCase { Case = $"managed allocation of {count} frames", N = count, Value = least, Unit = "bytes" };
    }
}
