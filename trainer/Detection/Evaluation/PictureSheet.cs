using System.Globalization;
using ShiTu.Inference.Imaging;
using ShiTu.Trainer.Detection.Data;
using ShiTu.Trainer.Evaluation;
using SkiaSharp;

namespace ShiTu.Trainer.Detection.Evaluation;

/// <summary>The best and the worst pictures of each set on one PNG: green is the truth, red with a score what the detector says.</summary>
internal sealed class PictureSheet(float threshold = 0.3f, int each = 8)
{
    private const int Tile = 200;
    private const int Title = 22;
    private const double Meets = 0.5;
    private readonly SortedDictionary<string, List<Entry>> _sets = new(StringComparer.Ordinal);

    /// <summary>Adds a picture.</summary>
    public void Add(string set, Picture picture, IReadOnlyList<MarkedObject> objects, IReadOnlyList<ScoredBox> found)
    {
        if (!_sets.TryGetValue(set, out var entries))
        {
            _sets[set] = entries = [];
        }

        var said = found.Where(box => box.Score > threshold).ToList();
        var right = objects.Count(o => said.Exists(box => box.Box.Iou(o.Box) >= Meets));
        var wrong = said.Count(box => !objects.Any(o => box.Box.Iou(o.Box) >= Meets));
        var overlap = objects.Count == 0 ? 0 : objects.Average(o => said.Select(box => box.Box.Iou(o.Box)).DefaultIfEmpty(0).Max());
        entries.Add(new(picture, objects, said, (double)right / Math.Max(1, objects.Count + wrong) + (overlap / 100)));
    }

    /// <summary>Writes <c>SET.png</c> for each set into a folder.</summary>
    public void Write(string folder)
    {
        Directory.CreateDirectory(folder);
        foreach (var (set, entries) in _sets)
        {
            var ordered = entries.OrderByDescending(e => e.Quality).ToList();
            using var surface = SKSurface.Create(new SKImageInfo(each / 2 * Tile, (4 * Tile) + (2 * Title), SKColorType.Rgba8888, SKAlphaType.Premul));
            surface.Canvas.Clear(SKColors.White);
            Row(surface.Canvas, $"{set}: best", 0, ordered.Take(each));
            Row(surface.Canvas, $"{set}: worst", (2 * Tile) + Title, ordered.TakeLast(each).Reverse());
            using var data = surface.Snapshot().Encode(SKEncodedImageFormat.Png, 90);
            using var file = File.Create(Path.Combine(folder, set + ".png"));
            data.SaveTo(file);
        }
    }

    private void Row(SKCanvas canvas, string title, int top, IEnumerable<Entry> entries)
    {
        using var font = new SKFont(SheetFont.Typeface, 14);
        using var small = new SKFont(SheetFont.Typeface, 11);
        using var black = new SKPaint { Color = SKColors.Black };
        canvas.DrawText(title, 4, top + 16, SKTextAlign.Left, font, black);
        var place = 0;
        foreach (var entry in entries)
        {
            Draw(canvas, entry, place % (each / 2) * Tile, top + Title + (place / (each / 2) * Tile), small);
            place++;
        }
    }

    private static void Draw(SKCanvas canvas, Entry entry, int left, int top, SKFont font)
    {
        var scale = (Tile - 4f) / Math.Max(entry.Picture.Width, entry.Picture.Height);
        using var image = Image(entry.Picture);
        canvas.Save();
        canvas.Translate(left + 2, top + 2);
        canvas.DrawImage(image, new SKRect(0, 0, entry.Picture.Width * scale, entry.Picture.Height * scale), new SKSamplingOptions(SKFilterMode.Linear, SKMipmapMode.Linear));
        using var green = new SKPaint { Color = SKColors.LimeGreen, IsStroke = true, StrokeWidth = 2 };
        using var red = new SKPaint { Color = SKColors.Red, IsStroke = true, StrokeWidth = 1.5f };
        using var text = new SKPaint { Color = SKColors.Red };
        foreach (var o in entry.Objects)
        {
            canvas.DrawRect(o.Box.X1 * scale, o.Box.Y1 * scale, o.Box.Width * scale, o.Box.Height * scale, green);
        }

        foreach (var box in entry.Found)
        {
            canvas.DrawRect(box.Box.X1 * scale, box.Box.Y1 * scale, box.Box.Width * scale, box.Box.Height * scale, red);
            canvas.DrawText(box.Score.ToString("F2", CultureInfo.InvariantCulture), (box.Box.X1 * scale) + 2, (box.Box.Y1 * scale) + 11, SKTextAlign.Left, font, text);
        }

        canvas.Restore();
    }

    private static SKImage Image(Picture picture)
    {
        var info = new SKImageInfo(picture.Width, picture.Height, SKColorType.Rgba8888, SKAlphaType.Opaque);
        using var bitmap = new SKBitmap(info);
        var target = bitmap.GetPixelSpan();
        for (int from = 0, to = 0; from < picture.Pixels.Length; from += 3, to += 4)
        {
            picture.Pixels.AsSpan(from, 3).CopyTo(target[to..]);
            target[to + 3] = 255;
        }

        return SKImage.FromBitmap(bitmap);
    }

    private sealed record Entry(Picture Picture, IReadOnlyList<MarkedObject> Objects, IReadOnlyList<ScoredBox> Found, double Quality);
}
