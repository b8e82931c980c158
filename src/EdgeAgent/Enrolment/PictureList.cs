using ShiTu.EdgeAgent.Capture;

namespace ShiTu.EdgeAgent.Enrolment;

/// <summary>
/// What is to be enrolled: a list (<c>path&lt;TAB&gt;label[&lt;TAB&gt;item id]</c>, paths relative to the list), a folder with a sub-folder a label, or a single picture.
/// Lines that do not fit are findings, not the end.
/// </summary>
internal sealed record PictureList(IReadOnlyList<ListedPicture> Pictures, IReadOnlyList<string> Findings)
{
    /// <summary>Reads a list file or a folder.</summary>
    /// <exception cref="FileNotFoundException">There is neither.</exception>
    public static PictureList Read(string path) =>
        Directory.Exists(path) ? ReadFolder(path)
        : File.Exists(path) ? ReadList(path)
        : throw new FileNotFoundException($"{path}: no such list or folder; a list has lines of path<TAB>label, a folder has a sub-folder a label.");

    private static PictureList ReadFolder(string folder)
    {
        var pictures = new List<ListedPicture>();
        var findings = new List<string>();
        foreach (var file in Directory.EnumerateFiles(folder).Where(PictureFiles.IsPicture))
        {
            findings.Add($"{file}: lies beside the labels' folders and has no label; put it into a sub-folder named as its label.");
        }

        foreach (var labelled in Directory.EnumerateDirectories(folder).Order(StringComparer.Ordinal))
        {
            var label = System.IO.Path.GetFileName(labelled);
            var files = PictureFiles.Of(labelled).ToList();
            if (files.Count == 0)
            {
                findings.Add($"{labelled}: no picture ({PictureFiles.Kinds}) in it; the label '{label}' is left out.");
            }

            pictures.AddRange(files.Select(file => new ListedPicture(file, label, label)));
        }

        return new PictureList(pictures, findings);
    }

    private static PictureList ReadList(string list)
    {
        var folder = System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(list))!;
        var pictures = new List<ListedPicture>();
        var findings = new List<string>();
        var listed = new HashSet<ListedPicture>();
        var number = 0;
        foreach (var line in File.ReadLines(list))
        {
            number++;
            if (string.IsNullOrWhiteSpace(line))
            {
                continue;
            }

            var columns = line.TrimEnd('\r').Split('\t');
            if (columns.Length is < 2 or > 3 || columns[0].Length == 0 || string.IsNullOrWhiteSpace(columns[1]))
            {
                findings.Add($"{list}:{number}: expected path<TAB>label, found '{Shorten(line)}'.");
                continue;
            }

            var label = columns[1].Trim();
            var picture = new ListedPicture(System.IO.Path.Combine(folder, columns[0]), label, columns.Length == 3 ? columns[2].Trim() : label);
            if (!listed.Add(picture))
            {
                findings.Add($"{list}:{number}: {columns[0]} is listed under '{label}' before; it is enrolled once.");
                continue;
            }

            pictures.Add(picture);
        }

        return new PictureList(pictures, findings);
    }

    private static string Shorten(string line) => line.Length <= 60 ? line : string.Concat(line.AsSpan(0, 57), "...");
}
