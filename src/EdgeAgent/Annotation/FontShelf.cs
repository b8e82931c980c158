using SkiaSharp;
using SkiaSharp.HarfBuzz;

namespace ShiTu.EdgeAgent.Annotation;

/// <summary>
/// Finds a font for a character: what the font manager matches, else the font files of the system's folders, plain sans-serif ones first.
/// (The natives without dependencies know no system fonts.) A file is opened when a character asks for it and kept.
/// </summary>
internal sealed class FontShelf : IDisposable
{
    private const int MostFiles = 600;
    private readonly Dictionary<int, SKTypeface?> _found = [];
    private readonly Dictionary<SKTypeface, SKShaper> _shapers = [];
    private readonly List<SKTypeface> _open = [];
    private readonly Queue<string> _closed;

    /// <summary>Looks into <paramref name="folders"/>, or where Linux keeps fonts.</summary>
    public FontShelf(IEnumerable<string>? folders = null)
    {
        var home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
        folders ??= [Path.Combine(home, ".local/share/fonts"), Path.Combine(home, ".fonts"), "/usr/local/share/fonts", "/usr/share/fonts"];
        var options = new EnumerationOptions { RecurseSubdirectories = true, IgnoreInaccessible = true };
        _closed = new Queue<string>(folders
            .Where(Directory.Exists)
            .SelectMany(folder => Directory.EnumerateFiles(folder, "*", options))
            .Where(file => Path.GetExtension(file).ToUpperInvariant() is ".TTF" or ".OTF" or ".TTC")
            .OrderBy(Plainness).ThenBy(file => file, StringComparer.Ordinal)
            .Take(MostFiles));
    }

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

    private static int Plainness(string file)
    {
        var name = Path.GetFileNameWithoutExtension(file);
        if (name is "DejaVuSans" or "NotoSans-Regular" or "LiberationSans-Regular")
        {
            return 0;
        }

        string[] special = ["Bold", "Italic", "Oblique", "Light", "Condensed", "Mono", "Serif", "Emoji", "Symbol", "Thin", "Black", "Narrow"];
        return (name.Contains("Sans", StringComparison.Ordinal) ? 1 : 2) + (special.Any(word => name.Contains(word, StringComparison.Ordinal)) ? 2 : 0);
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
