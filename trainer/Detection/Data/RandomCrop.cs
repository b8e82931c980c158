using ShiTu.Inference.Imaging;
using ShiTu.Trainer.Data;
using ShiTu.Trainer.Detection.Assignment;

namespace ShiTu.Trainer.Detection.Data;

/// <summary>The crop of detector.md 4.1.1: a wanted overlap with some box drawn at random, 50 tries, else the next.</summary>
internal static class RandomCrop
{
    private const int Whole = 6;
    private const int Tries = 50;
    private static readonly double[] Thresholds = [0, 0.1, 0.3, 0.5, 0.7, 0.9];

    /// <summary>The part to keep and its boxes, moved and clipped; null for the whole picture.</summary>
    public static (PixelRect Rect, Box[] Boxes)? Draw(int width, int height, Box[] boxes, ref Dice dice)
    {
        if (boxes.Length == 0)
        {
            return null;
        }

        Span<int> order = [0, 1, 2, 3, 4, 5, Whole];
        dice.Shuffle(order);
        foreach (var choice in order)
        {
            if (choice == Whole)
            {
                return null;
            }

            for (var i = 0; i < Tries; i++)
            {
                var rect = Rect(width, height, ref dice);
                var crop = new Box(rect.X, rect.Y, rect.X + rect.Width, rect.Y + rect.Height);
                if (boxes.Max(box => box.Iou(crop)) < Thresholds[choice])
                {
                    continue;
                }

                var kept = Keep(boxes, crop);
                if (kept.Length > 0)
                {
                    return (rect, kept);
                }
            }
        }

        return null;
    }

    /// <summary>Boxes whose centre lies in <paramref name="crop"/>, clipped to it and moved.</summary>
    internal static Box[] Keep(Box[] boxes, Box crop)
    {
        var kept = new List<Box>(boxes.Length);
        foreach (var box in boxes)
        {
            var (x, y) = ((box.X1 + box.X2) / 2, (box.Y1 + box.Y2) / 2);
            var moved = box.Map(crop.X1, crop.Y1, 1, 1).Clip(crop.Width, crop.Height);
            if (x >= crop.X1 && x < crop.X2 && y >= crop.Y1 && y < crop.Y2 && moved.Width > 0 && moved.Height > 0)
            {
                kept.Add(moved);
            }
        }

        return [.. kept];
    }

    private static PixelRect Rect(int width, int height, ref Dice dice)
    {
        var scale = dice.Next(0.3, 1);
        var aspect = dice.Next(Math.Max(0.5, scale * scale), Math.Min(2, 1 / (scale * scale)));
        var h = Math.Clamp((int)(height * scale / Math.Sqrt(aspect)), 1, height);
        var w = Math.Clamp((int)(width * scale * Math.Sqrt(aspect)), 1, width);
        var y = h < height ? dice.Next(height - h) : 0;
        var x = w < width ? dice.Next(width - w) : 0;
        return new(x, y, w, h);
    }
}
