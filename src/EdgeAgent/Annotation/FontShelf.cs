using ShiTu.DemoScene.Fonts;
using SkiaSharp;
using SkiaSharp.HarfBuzz;

namespace ShiTu.EdgeAgent.Annotation;

/// <summary>
/// Finds a font for a character: what the font manager matches, else the font files of the system's folders, plain sans-serif ones first.
/// (The natives without dependencies know no system fonts.) A file is opened when a character asks for it and kept.
/// </summary>
internal sealed class FontShelf : IDisposable
{
    private readonly Dictionary<int, SKTypeface?> _found = [];
    private readonly Dictionary<SKTypeface, SKShaper> _shapers = [];
    private readonly List<SKTypeface> _open = [];
    private readonly Queue<string> _closed;

    /// <summary>Looks into <paramref name="folders"/>, or where Linux keeps fonts.</summary>
    public FontShelf(IEnumerable<string>? folders = null) => _closed = new Queue<string>(SystemFontFiles.List(folders));

    /// <summary>A font that has the character; <paramref name="before"/> where it does; null where none does.</summary>
    public SKTypeface? For(int codePoint, SKTypeface? before)
    {
        if (before is not null && Has(before, codePoint))
        {
            return before;
        }

        if (!_found.TryGetValue(codePoint, out var typeface))
        {
            typeface = Find(codePoint);
            _found.Add(codePoint, typeface);
        }

        return typeface;
    }

    /// <summary>The shaper of a font of this shelf.</summary>
    public SKShaper ShaperOf(SKTypeface typeface)
    {
        if (!_shapers.TryGetValue(typeface, out var shaper))
        {
            shaper = new SKShaper(typeface);
            _shapers.Add(typeface, shaper);
        }

        return shaper;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var shaper in _shapers.Values)
        {
            shaper.Dispose();
        }

        _shapers.Clear();
        foreach (var typeface in _open)
        {
            typeface.Dispose();
        }

        _open.Clear();
        _found.Clear();
    }

    private static bool Has(SKTypeface typeface, int codePoint)
    {
        using var font = new SKFont(typeface);
        return font.ContainsGlyph(codePoint);
    }

    private SKTypeface? Find(int codePoint)
    {
        foreach (var typeface in _open)
        {
            if (Has(typeface, codePoint))
            {
                return typeface;
            }
        }

        if (SKFontManager.Default.MatchCharacter(codePoint) is { } matched)
        {
            _open.Add(matched);
            if (Has(matched, codePoint))
            {
                return matched;
            }
        }

        while (_closed.TryDequeue(out var file))
        {
            if (SKTypeface.FromFile(file) is { } typeface)
            {
                _open.Add(typeface);
                if (Has(typeface, codePoint))
                {
                    return typeface;
                }
            }
        }

        return null;
    }
}
