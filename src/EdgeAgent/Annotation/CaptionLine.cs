using System.Globalization;
using System.Text;
using HarfBuzzSharp;
using ShiTu.DemoScene.Packs;
using SkiaSharp;
using Buffer = HarfBuzzSharp.Buffer;

namespace ShiTu.EdgeAgent.Annotation;

/// <summary>A shaped line of text, ready to draw. Characters that no font has are drawn in letters of our own or as a frame with the code point.</summary>
internal sealed class CaptionLine : IDisposable
{
    private readonly List<(SKTextBlob Blob, float X)> _blobs = [];
    private readonly List<(int CodePoint, float X)> _fontless = [];
    private readonly float _size;

    /// <summary>Shapes <paramref name="text"/>; line ends count as spaces, controls are left out.</summary>
    /// <param name="text">Any script.</param>
    /// <param name="size">Font size, pixels.</param>
    /// <param name="fonts">Where the fonts come from.</param>
    public CaptionLine(string text, float size, FontShelf fonts)
    {
        _size = size;
        var clean = Clean(text);
        foreach (var run in BidiText.VisualRuns(clean))
        {
            var parts = SplitByFont(clean, run, fonts);
            if (run.RightToLeft)
            {
                parts.Reverse();
            }

            foreach (var (start, length, typeface) in parts)
            {
                if (typeface is null)
                {
                    AddFontless(clean.AsSpan(start, length), run.RightToLeft);
                }
                else
                {
                    AddShaped(clean, start, length, run.RightToLeft, typeface, fonts);
                }
            }
        }
    }

    /// <summary>Advance of the whole line, pixels.</summary>
    public float Width { get; private set; }

    /// <summary>Number of characters that no font had.</summary>
    public int FontlessCount => _fontless.Count;

    /// <summary>Draws the line from <paramref name="x"/> on, on the base line <paramref name="y"/>.</summary>
    public void Draw(SKCanvas canvas, float x, float y, SKPaint paint)
    {
        foreach (var (blob, offset) in _blobs)
        {
            canvas.DrawText(blob, x + offset, y, paint);
        }

        foreach (var (codePoint, offset) in _fontless)
        {
            DrawFontless(canvas, codePoint, x + offset, y, paint.Color);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var (blob, _) in _blobs)
        {
            blob.Dispose();
        }
    }

    private static string Clean(string text)
    {
        var clean = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            _ = Rune.IsWhiteSpace(rune) ? clean.Append(' ') : Rune.IsControl(rune) ? clean : clean.Append(rune.ToString());
        }

        return clean.ToString();
    }

    private static List<(int Start, int Length, SKTypeface? Typeface)> SplitByFont(string text, BidiRun run, FontShelf fonts)
    {
        var parts = new List<(int Start, int Length, SKTypeface? Typeface)>();
        var at = run.Start;
        foreach (var rune in text.AsSpan(run.Start, run.Length).EnumerateRunes())
        {
            // Marks, joiners and spaces stay with what they belong to.
            var follows = parts.Count > 0 && (IsMark(rune) || (rune.Value == ' ' && parts[^1].Typeface is not null));
            var before = parts.Count > 0 ? parts[^1].Typeface : null;
            var typeface = follows ? before : fonts.For(rune.Value, before);
            if (parts.Count > 0 && ReferenceEquals(typeface, before))
            {
                parts[^1] = parts[^1] with { Length = parts[^1].Length + rune.Utf16SequenceLength };
            }
            else
            {
                parts.Add((at, rune.Utf16SequenceLength, typeface));
            }

            at += rune.Utf16SequenceLength;
        }

        return parts;
    }

    private static bool IsMark(Rune rune) => Rune.GetUnicodeCategory(rune) is UnicodeCategory.NonSpacingMark or UnicodeCategory.EnclosingMark or UnicodeCategory.Format;

    private void AddShaped(string text, int start, int length, bool rightToLeft, SKTypeface typeface, FontShelf fonts)
    {
        using var font = new SKFont(typeface, _size) { Subpixel = true };
        using var buffer = new Buffer();
        buffer.AddUtf16(text, start, length);
        buffer.GuessSegmentProperties();
        buffer.Direction = rightToLeft ? Direction.RightToLeft : Direction.LeftToRight;
        var shaped = fonts.ShaperOf(typeface).Shape(buffer, font);
        using var builder = new SKTextBlobBuilder();
        builder.AddPositionedRun(Array.ConvertAll(shaped.Codepoints, glyph => (ushort)glyph), font, shaped.Points);
        if (builder.Build() is { } blob)
        {
            _blobs.Add((blob, Width));
        }

        Width += shaped.Width;
    }

    private void AddFontless(ReadOnlySpan<char> text, bool rightToLeft)
    {
        var points = new List<int>();
        foreach (var rune in text.EnumerateRunes())
        {
            if (!IsMark(rune))
            {
                points.Add(rune.Value);
            }
        }

        if (rightToLeft)
        {
            points.Reverse();
        }

        foreach (var point in points)
        {
            _fontless.Add((point, Width));
            Width += _size * Advance(point);
        }
    }

    private static float Advance(int point) => point == ' ' ? 0.35f : Own(point) is not null ? 0.66f : point > 0xFFFF ? 1.15f : 0.9f;

    /// <summary>The character in letters of our own, capitals standing in for small ones; none of scripts that we have a few letters of only.</summary>
    private static string? Own(int point) =>
        point >= 0x0250 ? null
        : StrokeLetters.Knows((char)point) ? ((char)point).ToString()
        : StrokeLetters.Knows(char.ToUpperInvariant((char)point)) ? char.ToUpperInvariant((char)point).ToString()
        : null;

    private void DrawFontless(SKCanvas canvas, int point, float x, float y, SKColor color)
    {
        if (point == ' ')
        {
            return;
        }

        var box = new SKRect(x + (_size * 0.05f), y - (_size * 0.76f), x + (_size * (Advance(point) - 0.05f)), y + (_size * 0.04f));
        if (Own(point) is { } letter)
        {
            StrokeLetters.Draw(canvas, letter, box, color, 0.13f);
            return;
        }

        // Two rows of hexadecimal digits in a frame, as font tools draw what they cannot.
        box = new SKRect(box.Left, y - (_size * 0.92f), box.Right, y + (_size * 0.2f));
        using var frame = new SKPaint { Color = color, IsStroke = true, StrokeWidth = Math.Max(1, _size / 18), IsAntialias = true };
        canvas.DrawRect(box, frame);
        var hex = point.ToString(point > 0xFFFF ? "X6" : "X4", CultureInfo.InvariantCulture);
        var inner = SKRect.Inflate(box, -_size * 0.09f, -_size * 0.1f);
        var half = hex.Length / 2;
        StrokeLetters.Draw(canvas, hex[..half], new SKRect(inner.Left, inner.Top, inner.Right, inner.MidY - (_size * 0.03f)), color, 0.13f);
        StrokeLetters.Draw(canvas, hex[half..], new SKRect(inner.Left, inner.MidY + (_size * 0.03f), inner.Right, inner.Bottom), color, 0.13f);
    }
}
