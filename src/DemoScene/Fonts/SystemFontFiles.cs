namespace ShiTu.DemoScene.Fonts;

/// <summary>Font files of the system: Skia's natives without dependencies know none by themselves.</summary>
public static class SystemFontFiles
{
    private const int MostFiles = 600;

    /// <summary>The files, plain sans-serif ones first, at most 600.</summary>
    /// <param name="folders">Where to look, sub-folders included; null: where Linux keeps fonts.</param>
    public static IReadOnlyList<string> List(IEnumerable<string>? folders = null)
    {
        var home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
        folders ??= [Path.Combine(home, ".local/share/fonts"), Path.Combine(home, ".fonts"), "/usr/local/share/fonts", "/usr/share/fonts"];
        var options = new EnumerationOptions { RecurseSubdirectories = true, IgnoreInaccessible = true };
        return [.. folders
            .Where(Directory.Exists)
            .SelectMany(folder => Directory.EnumerateFiles(folder, "*", options))
            .Where(file => Path.GetExtension(file).ToUpperInvariant() is ".TTF" or ".OTF" or ".TTC")
            .OrderBy(Plainness).ThenBy(file => file, StringComparer.Ordinal)
            .Take(MostFiles)];
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
}
