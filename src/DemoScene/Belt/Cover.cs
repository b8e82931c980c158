using SkiaSharp;

namespace ShiTu.DemoScene.Belt;

/// <summary>Which share of an object is seen, from the sprites' masks.</summary>
internal static class Cover
{
    /// <summary>Share of <paramref name="below"/> inside <paramref name="frame"/> and under none of <paramref name="above"/>, 0..1.</summary>
    public static float VisibleShare(Journey below, Pose pose, ReadOnlySpan<(Journey Journey, Pose Pose)> above, SKRect frame)
    {
        var seen = 0;
        foreach (var sample in below.Sprite.Samples)
        {
            var p = pose.ToFrame(sample);
            if (p.X < frame.Left || p.Y < frame.Top || p.X >= frame.Right || p.Y >= frame.Bottom)
            {
                continue;
            }

            var hidden = false;
            foreach (var (other, otherPose) in above)
            {
                var q = otherPose.ToSprite(p);
                if (other.Sprite.Covers(q.X, q.Y))
                {
                    hidden = true;
                    break;
                }
            }

            seen += hidden ? 0 : 1;
        }

        return below.Sprite.Samples.Length == 0 ? 0 : (float)seen / below.Sprite.Samples.Length;
    }
}
