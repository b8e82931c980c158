using ShiTu.Trainer.Data;
using SkiaSharp;

namespace ShiTu.Trainer.Evaluation;

/// <summary>A PNG with one row a query: the query, then its five nearest gallery pictures, right ones framed green, wrong ones red. Wrong queries come first.</summary>
internal sealed class RetrievalSheet(string path, int rows = 24) : IDisposable
{
    private const int Cell = 112;
    private const int Gap = 6;
    private readonly List<(PictureEntry Query, IReadOnlyList<PictureEntry> Nearest, IReadOnlyList<float> Similarities)> _wrong = [];
    private readonly List<(PictureEntry Query, IReadOnlyList<PictureEntry> Nearest, IReadOnlyList<float> Similarities)> _right = [];
    private readonly SKFont _font = new(SheetFont.Typeface, 12);

    public void Add(QueryResult result, PictureEntry query, IReadOnlyList<PictureEntry> nearest) =>
        (nearest.Count > 0 && nearest[0].Label == query.Label ? _right : _wrong).Add((query, nearest, result.Similarities));

    public void Write()
    {
        var shown = Spread(_wrong, rows / 2).Concat(Spread(_right, rows - (rows / 2))).ToList();
        using var bitmap = new SKBitmap((6 * (Cell + Gap)) + (2 * Gap), (shown.Count * (Cell + Gap + 14)) + Gap);
        using var canvas = new SKCanvas(bitmap);
        canvas.Clear(SKColors.White);
        for (var row = 0; row < shown.Count; row++)
        {
            var top = Gap + (row * (Cell + Gap + 14));
            var (query, nearest, similarities) = shown[row];
            Draw(canvas, query, Gap, top, SKColors.Gray, query.Label ?? "");
            for (var i = 0; i < nearest.Count; i++)
            {
                var right = nearest[i].Label == query.Label;
                Draw(canvas, nearest[i], (3 * Gap) + ((i + 1) * (Cell + Gap)) - Gap, top, right ? SKColors.ForestGreen : SKColors.Firebrick, $"{nearest[i].Label} {similarities[i]:0.00}");
            }
        }

        using var data = bitmap.Encode(SKEncodedImageFormat.Png, 90);
        using var file = File.Create(path);
        data.SaveTo(file);
    }

    public void Dispose() => _font.Dispose();

    private static IEnumerable<T> Spread<T>(List<T> items, int count) => Enumerable.Range(0, Math.Min(count, items.Count)).Select(i => items[i * items.Count / Math.Min(count, items.Count)]);

    private void Draw(SKCanvas canvas, PictureEntry entry, int x, int y, SKColor frame, string text)
    {
        using var paint = new SKPaint { Color = frame, IsStroke = true, StrokeWidth = 4 };
        using var ink = new SKPaint { Color = SKColors.Black, IsAntialias = true };
        var square = new SquareDecoder().Decode(entry, Cell);
        using var picture = new SKBitmap(new SKImageInfo(Cell, Cell, SKColorType.Rgba8888, SKAlphaType.Opaque));
        var pixels = new byte[Cell * Cell * 4];
        for (var i = 0; i < Cell * Cell; i++)
        {
            square.Pixels.AsSpan(i * 3, 3).CopyTo(pixels.AsSpan(i * 4));
            pixels[(i * 4) + 3] = 255;
        }

        System.Runtime.InteropServices.Marshal.Copy(pixels, 0, picture.GetPixels(), pixels.Length);
        using var image = SKImage.FromBitmap(picture);
        canvas.DrawImage(image, x, y, SKSamplingOptions.Default);
        canvas.DrawRect(x, y, Cell, Cell, paint);
        canvas.DrawText(text, x, y + Cell + 13, SKTextAlign.Left, _font, ink);
    }
}
