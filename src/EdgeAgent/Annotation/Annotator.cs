using System.Runtime.InteropServices;
using ShiTu.EdgeAgent.Events;
using ShiTu.Inference.Imaging;
using SkiaSharp;

namespace ShiTu.EdgeAgent.Annotation;

/// <summary>Draws boxes and captions on pictures. Keeps its canvas and fonts from picture to picture; one instance a thread.</summary>
internal sealed class Annotator(FontShelf? fonts = null) : IDisposable
{
    private static readonly SKColor Ink = new(12, 14, 16);
    private readonly FontShelf _fonts = fonts ?? new FontShelf();
    private readonly List<SKRect> _plates = [];
    private SKBitmap? _bitmap;
    private SKCanvas? _canvas;

    /// <summary>The colour of a decision: green, amber, grey; all bright enough for black letters.</summary>
    public static SKColor ColourOf(Decision decision) => decision switch
    {
        Decision.Recognised => new SKColor(0x2E, 0xCC, 0x5E),
        Decision.Ambiguous => new SKColor(0xFF, 0xB3, 0x00),
        _ => new SKColor(0xB4, 0xBA, 0xC2),
    };

    /// <summary>Copies the picture and draws on the copy.</summary>
    /// <returns>BGRA, rows without padding; good until the next call.</returns>
    public ReadOnlySpan<byte> Draw(PictureView picture, ReadOnlySpan<AnnotatedBox> boxes)
    {
        var canvas = Copy(picture);
        var line = Math.Max(2, Math.Min(picture.Width, picture.Height) / 200f);
        foreach (var box in boxes)
        {
            DrawBox(canvas, box, line);
        }

        _plates.Clear();
        foreach (var box in boxes)
        {
            DrawCaption(canvas, box, line);
        }

        return _bitmap!.GetPixelSpan();
    }

    /// <summary>Draws and saves: PNG where the name ends in <c>.png</c>, else JPEG. The file appears whole or not at all.</summary>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public void Save(string path, PictureView picture, ReadOnlySpan<AnnotatedBox> boxes, int quality = 90)
    {
        Draw(picture, boxes);
        var png = Path.GetExtension(path).Equals(".png", StringComparison.OrdinalIgnoreCase);
        using var data = _bitmap!.Encode(png ? SKEncodedImageFormat.Png : SKEncodedImageFormat.Jpeg, quality);
        var part = path + ".part";
        using (var file = File.Create(part))
        {
            data.SaveTo(file);
        }

        File.Move(part, path, overwrite: true);
    }

    /// <summary>Draws and encodes as JPEG.</summary>
    public byte[] Encode(PictureView picture, ReadOnlySpan<AnnotatedBox> boxes, int quality = 85)
    {
        Draw(picture, boxes);
        using var data = _bitmap!.Encode(SKEncodedImageFormat.Jpeg, quality);
        return data.ToArray();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _canvas?.Dispose();
        _bitmap?.Dispose();
        if (fonts is null)
        {
            _fonts.Dispose();
        }
    }

    private SKCanvas Copy(PictureView picture)
    {
        if (_bitmap is null || _bitmap.Width != picture.Width || _bitmap.Height != picture.Height)
        {
            _canvas?.Dispose();
            _bitmap?.Dispose();
            _bitmap = new SKBitmap(new SKImageInfo(picture.Width, picture.Height, SKColorType.Bgra8888, SKAlphaType.Opaque));
            _canvas = new SKCanvas(_bitmap);
        }

        var pixels = MemoryMarshal.Cast<byte, uint>(_bitmap.GetPixelSpan());
        var (blue, red) = picture.Order == PixelOrder.Bgr ? (0, 2) : (2, 0);
        for (var y = 0; y < picture.Height; y++)
        {
            var from = picture.Pixels.Slice(y * picture.Stride, picture.Width * 3);
            var to = pixels.Slice(y * picture.Width, picture.Width);
            for (var (x, i) = (0, 0); x < to.Length; x++, i += 3)
            {
                to[x] = 0xFF000000u | ((uint)from[i + red] << 16) | ((uint)from[i + 1] << 8) | from[i + blue];
            }
        }

        return _canvas!;
    }

    private static SKRect Rect(EventBox box) => SKRect.Create(box.X, box.Y, box.W, box.H);

    private static void DrawBox(SKCanvas canvas, AnnotatedBox box, float line)
    {
        // Dark on both sides of the colour: seen on white as on black.
        using var paint = new SKPaint { IsStroke = true, Color = Ink.WithAlpha(200), StrokeWidth = line + 2 };
        canvas.DrawRect(Rect(box.Box), paint);
        paint.Color = ColourOf(box.Decision);
        paint.StrokeWidth = line;
        canvas.DrawRect(Rect(box.Box), paint);
    }

    private void DrawCaption(SKCanvas canvas, AnnotatedBox box, float line)
    {
        if (box.Caption.Length == 0 && box.Detail.Length == 0)
        {
            return;
        }

        var (width, height) = (_bitmap!.Width, _bitmap.Height);
        var size = Math.Clamp(Math.Min(width, height) / 32f, 12, 40);
        var caption = new CaptionLine(box.Caption, size, _fonts);
        var detail = new CaptionLine(box.Detail, size, _fonts);
        var (gap, pad) = (box.Caption.Length > 0 && box.Detail.Length > 0 ? size * 0.4f : 0, size * 0.3f);
        var wide = caption.Width + gap + detail.Width + (2 * pad);
        if (wide > width)
        {
            // Smaller letters rather than a cut name.
            caption.Dispose();
            detail.Dispose();
            size *= width / wide;
            caption = new CaptionLine(box.Caption, size, _fonts);
            detail = new CaptionLine(box.Detail, size, _fonts);
            (gap, pad) = (gap * width / wide, pad * width / wide);
            wide = caption.Width + gap + detail.Width + (2 * pad);
        }

        var plate = Place(Rect(box.Box), wide, size * 1.5f, line, width, height);
        _plates.Add(plate);
        using var paint = new SKPaint { Color = Ink.WithAlpha(200), IsAntialias = true };
        canvas.DrawRoundRect(SKRect.Inflate(plate, 1, 1), 3, 3, paint);
        paint.Color = ColourOf(box.Decision);
        canvas.DrawRoundRect(plate, 2, 2, paint);
        paint.Color = Ink;
        var baseline = plate.MidY + (size * 0.36f);
        caption.Draw(canvas, plate.Left + pad, baseline, paint);
        detail.Draw(canvas, plate.Left + pad + caption.Width + gap, baseline, paint);
        caption.Dispose();
        detail.Dispose();
    }

    /// <summary>Above the box; below it, inside it or further up where that is taken or outside the picture.</summary>
    private SKRect Place(SKRect box, float wide, float high, float line, int width, int height)
    {
        var x = Math.Clamp(box.Left - (line / 2), 0, Math.Max(0, width - wide));
        ReadOnlySpan<float> tops = [box.Top - high - (line / 2), box.Bottom + (line / 2), box.Top + line, box.Bottom - high - line, box.Top - (2 * high) - line];
        foreach (var top in tops)
        {
            var plate = SKRect.Create(x, top, wide, high);
            if (top >= 0 && plate.Bottom <= height && !_plates.Exists(other => other.IntersectsWith(plate)))
            {
                return plate;
            }
        }

        return SKRect.Create(x, Math.Clamp(tops[0], 0, Math.Max(0, height - high)), wide, high);
    }
}
