namespace ShiTu.EdgeAgent.Capture;

/// <summary>Which files are pictures.</summary>
internal static class PictureFiles
{
    private static readonly string[] Extensions = [".jpg", ".jpeg", ".png", ".webp", ".bmp", ".gif"];

    /// <summary>The endings, for messages.</summary>
    public static string Kinds { get; } = string.Join(' ', Extensions);

    /// <summary>True where the name is a picture's.</summary>
    public static bool IsPicture(string file) => Extensions.Contains(Path.GetExtension(file), StringComparer.OrdinalIgnoreCase);

    /// <summary>The pictures an address names: a folder's (sub-folders too, in order of name), a list's (first column, relative to the list), or the one.</summary>
    /// <exception cref="IOException">There is nothing at the address, or it cannot be read.</exception>
    public static IEnumerable<string> Of(string path) =>
        Directory.Exists(path) ? Directory.EnumerateFiles(path, "*", SearchOption.AllDirectories).Where(IsPicture).Order(StringComparer.Ordinal)
        : !File.Exists(path) ? throw new FileNotFoundException($"{path}: no such picture, folder or list of pictures.")
        : IsPicture(path) ? [path]
        : OfList(path);

    private static IEnumerable<string> OfList(string list)
    {
        var folder = Path.GetDirectoryName(Path.GetFullPath(list))!;
        foreach (var line in File.ReadLines(list))
        {
            var tab = line.IndexOf('\t', StringComparison.Ordinal);
            var name = (tab < 0 ? line : line[..tab]).Trim();
            if (name.Length > 0)
            {
                yield return Path.Combine(folder, name);
            }
        }
    }
}
