using ShiTu.DemoScene;
using ShiTu.Inference.Imaging;
using ShiTu.Trainer.Detection.Assignment;

namespace ShiTu.Trainer.Detection.Evaluation;

/// <summary>Runs a detector over a drawn belt whose truth is known.</summary>
internal static class BeltProbe
{
    private const double Meets = 0.5;
    private const double Visible = 0.5;

    /// <summary>Looks at every <paramref name="step"/>th frame and counts at several thresholds.</summary>
    public static IReadOnlyList<BeltReport> Measure(DetectFunction detect, int seed, int step, IReadOnlyList<double> thresholds)
    {
        using var scene = new BeltScene(new SceneOptions { Seed = seed });
        var (width, height) = (scene.Options.Width, scene.Options.Height);
        var bgr = new byte[width * height * 3];
        var objects = thresholds.Select(_ => new Dictionary<int, (int Seen, int Found)>()).ToArray();
        var wrong = new int[thresholds.Count];
        var frames = 0;
        for (var frame = 0; frame < scene.FrameCount; frame += step, frames++)
        {
            scene.Draw(frame, bgr);
            var found = detect(new PictureView(bgr, width, height, width * 3, PixelOrder.Bgr));
            var truth = scene.Truth(frame).Select(t => (t.Object, t.VisibleShare, Box: new Box(t.X, t.Y, t.X + t.Width, t.Y + t.Height).Clip(width, height))).ToList();
            for (var i = 0; i < thresholds.Count; i++)
            {
                var boxes = found.Where(box => box.Score > thresholds[i]).ToList();
                foreach (var thing in truth.Where(t => t.VisibleShare >= Visible))
                {
                    var (seen, hits) = objects[i].GetValueOrDefault(thing.Object);
                    objects[i][thing.Object] = (seen + 1, hits + (boxes.Exists(box => box.Box.Iou(thing.Box) >= Meets) ? 1 : 0));
                }

                wrong[i] += boxes.Count(box => !truth.Exists(t => t.VisibleShare > 0 && box.Box.Iou(t.Box) >= Meets));
            }
        }

        return [.. thresholds.Select((threshold, i) =>
        {
            var shares = objects[i].Values.Select(o => (double)o.Found / o.Seen).ToList();
            return new BeltReport(
                threshold,
                frames,
                shares.Count,
                (double)objects[i].Values.Sum(o => o.Found) / Math.Max(1, objects[i].Values.Sum(o => o.Seen)),
                shares.Count(s => s >= 0.95) / (double)Math.Max(1, shares.Count),
                shares.DefaultIfEmpty(0).Min(),
                (double)wrong[i] / Math.Max(1, frames));
        })];
    }
}
