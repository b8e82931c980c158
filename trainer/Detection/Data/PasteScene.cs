using ShiTu.Inference.Imaging;
using ShiTu.Trainer.Data;
using ShiTu.Trainer.Detection.Assignment;

namespace ShiTu.Trainer.Detection.Data;

/// <summary>Scenes of one to nine objects on a photo or a plain belt, some in rows that touch, some overlapping: what a till sees and the photos lack.</summary>
internal sealed class PasteScene(IReadOnlyList<Cutout> cutouts, SamplePool photos) : IDisposable
{
    private const double Visible = 0.4;
    private const int MostObjects = 9;

    /// <summary>Draws a scene.</summary>
    public Sample Draw(PictureResizer resizer, ref Dice dice)
    {
        var (width, height) = ((int)dice.Next(352, 560), (int)dice.Next(320, 448));
        var canvas = dice.Chance(0.5) ? Plain(width, height, ref dice) : Photo(width, height, resizer, ref dice);
        var first = canvas.Count;
        var count = 1 + dice.Next(MostObjects);
        var row = dice.Chance(0.4);
        var size = dice.Next(0.14, 0.4) * height;
        var shadow = dice.Chance(0.5) ? dice.Next(2, 8) : 0;
        for (var i = 0; i < count; i++)
        {
            var cutout = Pick(ref dice);
            var side = row ? size * dice.Next(0.8, 1.25) : dice.Next(0.1, 0.55) * height;
            var scale = (float)(side / Math.Max(cutout.Width, cutout.Height));
            var stretch = (float)Math.Exp(dice.Next(-0.2, 0.2));
            var degrees = row && dice.Chance(0.5) ? dice.Next(-6, 6) : dice.Next(-180, 180);
            var piece = cutout.Render(scale * stretch, scale / stretch, (float)degrees);
            var (left, top) = row && canvas.Count > first && canvas.Newest.Width > 0
                ? Beside(canvas.Newest, piece.Width, piece.Height, width, ref dice)
                : ((int)dice.Next(-0.3 * piece.Width, width - (0.7 * piece.Width)), (int)dice.Next(-0.3 * piece.Height, height - (0.7 * piece.Height)));
            canvas.Paste(piece, left, top, (float)dice.Next(0.65, 1.25), (int)shadow);
        }

        return canvas.Finish(Visible);
    }

    public void Dispose()
    {
        foreach (var cutout in cutouts)
        {
            cutout.Dispose();
        }
    }

    private Cutout Pick(ref Dice dice)
    {
        if (dice.Chance(0.6))
        {
            return cutouts[dice.Next(cutouts.Count)];
        }

        while (true)
        {
            var photo = photos.All[dice.Next(photos.All.Count)];
            foreach (var box in photo.Boxes)
            {
                var rect = new PixelRect((int)box.X1, (int)box.Y1, (int)box.Width, (int)box.Height);
                if (rect.Width >= 24 && rect.Height >= 24 && rect.Width < 3 * rect.Height && rect.Height < 3 * rect.Width)
                {
                    return Cutout.Of(photo.Picture.View.Cut(rect));
                }
            }
        }
    }

    /// <summary>Left or right of, below or above the last object, from a slight overlap to a small gap.</summary>
    private static (int Left, int Top) Beside(Box last, int pieceWidth, int pieceHeight, int width, ref Dice dice)
    {
        var gap = dice.Next(-0.15, 0.12) * Math.Min(last.Width, last.Height);
        var slide = dice.Next(-0.3, 0.3);
        if (dice.Chance(0.7))
        {
            var right = last.X2 + gap + (pieceWidth / 2.0) < width;
            return ((int)(right ? last.X2 + gap : last.X1 - gap - pieceWidth), (int)(last.Y1 + (slide * last.Height)));
        }

        return ((int)(last.X1 + (slide * last.Width)), (int)(dice.Chance(0.5) ? last.Y2 + gap : last.Y1 - gap - pieceHeight));
    }

    private PasteCanvas Photo(int width, int height, PictureResizer resizer, ref Dice dice)
    {
        var photo = photos.All[dice.Next(photos.All.Count)];
        var pixels = new byte[width * height * 3];
        resizer.Resize(photo.Picture.View, pixels, width, height, Interpolation.Linear);
        var (sx, sy) = ((float)width / photo.Picture.Width, (float)height / photo.Picture.Height);
        return new(pixels, width, height, photo.Boxes.Select(box => box.Map(0, 0, sx, sy)));
    }

    /// <summary>A belt or a table: one colour with light falling off, grain, sometimes stripes.</summary>
    private static PasteCanvas Plain(int width, int height, ref Dice dice)
    {
        var grey = dice.Next(20, 230);
        var tint = dice.Chance(0.3) ? 40 : 8;
        Span<double> colour = [grey + dice.Next(-tint, tint), grey + dice.Next(-tint, tint), grey + dice.Next(-tint, tint)];
        var (fallX, fallY) = (dice.Next(-0.4, 0.4) / width, dice.Next(-0.4, 0.4) / height);
        var stripe = dice.Chance(0.4) ? (int)dice.Next(6, 80) : 0;
        var depth = dice.Next(-0.25, 0.25);
        var grain = dice.Next(0, 14);
        var pixels = new byte[width * height * 3];
        var (red, green, blue) = ((float)colour[0], (float)colour[1], (float)colour[2]);
        for (var y = 0; y < height; y++)
        {
            var row = pixels.AsSpan(y * width * 3, width * 3);
            var lightOfRow = (float)(1 + (fallY * (y - (height / 2))) - (fallX * (width / 2)));
            ulong bits = 0;
            for (var x = 0; x < width; x++, bits >>= 16)
            {
                bits = (x & 3) == 0 ? dice.NextBits() : bits;
                var light = lightOfRow + ((float)fallX * x) + (stripe > 0 && x % stripe < stripe / 4 ? (float)depth : 0);
                var noise = (float)grain * (((bits & 0xFFFF) / 65536f) - 0.5f);
                row[x * 3] = Sample((red * light) + noise);
                row[(x * 3) + 1] = Sample((green * light) + noise);
                row[(x * 3) + 2] = Sample((blue * light) + noise);
            }
        }

        return new(pixels, width, height, []);
    }

    private static byte Sample(float value) => (byte)Math.Clamp(value, 0f, 255f);
}
