using ShiTu.Inference.Detection;
using ShiTu.Inference.Imaging;

namespace ShiTu.EdgeAgent.Recognition;

/// <summary>From the detector's boxes to crops.</summary>
internal static class DetectionFilter
{
    /// <summary>The box in whole pixels inside the picture: coordinates truncated toward zero (detector.md 2.5), then clipped; at least one pixel a side.</summary>
    public static PixelRect ToRect(in Detection detection, int width, int height)
    {
        var left = Math.Clamp((int)detection.X1, 0, width - 1);
        var top = Math.Clamp((int)detection.Y1, 0, height - 1);
        return new PixelRect(left, top, Math.Clamp((int)detection.X2 - left, 1, width - left), Math.Clamp((int)detection.Y2 - top, 1, height - top));
    }

    /// <summary>Drops boxes that are a part of a stronger one.</summary>
    /// <param name="detections">Best first; the kept ones move to the front.</param>
    /// <param name="share">Share of a box inside a stronger one from which it is a part of it; 1 or more keeps all.</param>
    /// <returns>How many are kept.</returns>
    public static int DropNested(Span<Detection> detections, float share)
    {
        if (share >= 1f)
        {
            return detections.Length;
        }

        var kept = 0;
        for (var i = 0; i < detections.Length; i++)
        {
            var nested = false;
            for (var j = 0; j < kept && !nested; j++)
            {
                nested = ShareInside(detections[i], detections[j]) >= share;
            }

            if (!nested)
            {
                detections[kept++] = detections[i];
            }
        }

        return kept;
    }

    /// <summary>Share of <paramref name="inner"/>'s area that lies in <paramref name="outer"/>, 0..1.</summary>
    public static float ShareInside(in Detection inner, in Detection outer)
    {
        var width = Math.Min(inner.X2, outer.X2) - Math.Max(inner.X1, outer.X1);
        var height = Math.Min(inner.Y2, outer.Y2) - Math.Max(inner.Y1, outer.Y1);
        var area = (inner.X2 - inner.X1) * (inner.Y2 - inner.Y1);
        return width <= 0 || height <= 0 || area <= 0 ? 0 : width * height / area;
    }
}
