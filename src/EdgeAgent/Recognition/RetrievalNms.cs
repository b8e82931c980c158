using ShiTu.Inference.Imaging;

namespace ShiTu.EdgeAgent.Recognition;

/// <summary>Upstream's last step: greedy suppression by retrieval score, whatever the label, areas counted with one pixel more a side (feature-model.md 6.1).</summary>
internal static class RetrievalNms
{
    /// <summary>Keeps the best and every box that overlaps no kept one by more than <paramref name="threshold"/>.</summary>
    /// <param name="boxes">Boxes; right and bottom edge are x + width and y + height.</param>
    /// <param name="scores">Retrieval score of each.</param>
    /// <param name="threshold">Overlap still kept, 0..1.</param>
    /// <param name="kept">Receives the rows kept, by falling score (ties: lower row first).</param>
    /// <returns>How many.</returns>
    public static int Keep(ReadOnlySpan<PixelRect> boxes, ReadOnlySpan<float> scores, float threshold, Span<int> kept)
    {
        Span<bool> done = stackalloc bool[boxes.Length];
        var count = 0;
        while (true)
        {
            var best = -1;
            for (var i = 0; i < boxes.Length; i++)
            {
                if (!done[i] && (best < 0 || scores[i] > scores[best]))
                {
                    best = i;
                }
            }

            if (best < 0)
            {
                return count;
            }

            kept[count++] = best;
            done[best] = true;
            for (var i = 0; i < boxes.Length; i++)
            {
                done[i] |= Overlap(boxes[best], boxes[i]) > threshold;
            }
        }
    }

    private static float Overlap(PixelRect a, PixelRect b)
    {
        var width = Math.Max(0, Math.Min(a.X + a.Width, b.X + b.Width) - Math.Max(a.X, b.X) + 1);
        var height = Math.Max(0, Math.Min(a.Y + a.Height, b.Y + b.Height) - Math.Max(a.Y, b.Y) + 1);
        var shared = (double)width * height;
        return (float)(shared / (((a.Width + 1d) * (a.Height + 1d)) + ((b.Width + 1d) * (b.Height + 1d)) - shared));
    }
}
