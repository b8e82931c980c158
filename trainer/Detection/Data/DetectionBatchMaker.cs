using ShiTu.Inference.Imaging;
using ShiTu.Trainer.Data;
using ShiTu.Trainer.Detection.Assignment;

namespace ShiTu.Trainer.Detection.Data;

/// <summary>Makes the batch of a step as a function of seed and step: kind of scene, crop, flip, colours, size (detector.md 4.1).</summary>
internal sealed class DetectionBatchMaker(SamplePool photos, PasteScene? paste, IReadOnlyList<Sample> belts, SceneMix mix, long seed)
{
    private static readonly Interpolation[] Interpolations = [Interpolation.Nearest, Interpolation.Linear, Interpolation.Area, Interpolation.Cubic];

    [ThreadStatic]
    private static PictureResizer? _resizer;

    /// <summary>Makes the batch of a step.</summary>
    public DetectionBatch Make(long step, int count, IReadOnlyList<int> sizes)
    {
        var resizer = _resizer ??= new PictureResizer();
        var dice = Dice.From(seed, step, 21);
        var size = sizes[dice.Next(sizes.Count)];
        var interpolation = Interpolations[dice.Next(Interpolations.Length)];
        var bytes = size * size * 3;
        var pixels = new byte[count * bytes];
        var truth = new Box[count][];
        var drawn = new bool[count];
        for (var i = 0; i < count; i++)
        {
            var one = Dice.From(seed, step, 22, i);
            var sample = Draw((step * count) + i, resizer, ref one);
            drawn[i] = sample.Drawn;
            truth[i] = View(sample, pixels.AsSpan(i * bytes, bytes), size, interpolation, resizer, ref one);
        }

        return new(pixels, size, truth, drawn);
    }

    private Sample Draw(long place, PictureResizer resizer, ref Dice dice)
    {
        var pasted = paste is null ? 0 : mix.Paste;
        var belt = belts.Count == 0 ? 0 : mix.Belt;
        var choice = dice.Next() * (mix.Photo + mix.Mosaic + pasted + belt);
        if (choice < mix.Photo)
        {
            return photos[place];
        }

        if (choice < mix.Photo + mix.Mosaic)
        {
            return Mosaic.Draw([photos[place], Any(ref dice), Any(ref dice), Any(ref dice)], resizer, ref dice);
        }

        return choice < mix.Photo + mix.Mosaic + pasted ? paste!.Draw(resizer, ref dice) : belts[dice.Next(belts.Count)];
    }

    private Sample Any(ref Dice dice) => photos.All[dice.Next(photos.All.Count)];

    private static Box[] View(Sample sample, Span<byte> target, int size, Interpolation interpolation, PictureResizer resizer, ref Dice dice)
    {
        var view = sample.Picture.View;
        var boxes = sample.Boxes;
        if (RandomCrop.Draw(view.Width, view.Height, boxes, ref dice) is { } crop)
        {
            view = view.Cut(crop.Rect);
            boxes = crop.Boxes;
        }

        resizer.Resize(view, target, size, size, interpolation);
        var (sx, sy) = ((float)size / view.Width, (float)size / view.Height);
        boxes = [.. boxes.Select(box => box.Map(0, 0, sx, sy).Clip(size, size)).Where(box => box.Width > 1 && box.Height > 1)];
        if (dice.Chance(0.5))
        {
            Flip(target, size);
            boxes = [.. boxes.Select(box => new Box(size - box.X2, box.Y1, size - box.X1, box.Y2))];
        }

        ColourDistortion.Apply(target, ref dice);
        return boxes;
    }

    private static void Flip(Span<byte> pixels, int size)
    {
        for (var row = 0; row < size; row++)
        {
            var line = pixels.Slice(row * size * 3, size * 3);
            line.Reverse();
            for (var x = 0; x < line.Length; x += 3)
            {
                (line[x], line[x + 2]) = (line[x + 2], line[x]);
            }
        }
    }
}
