using System.Text;

namespace ShiTu.Trainer.Data;

/// <summary>Reads list files: tab lists, GroceryStore's own and ppcls's (feature-model.md 3.1). Paths and labels may hold spaces where tabs or ", " separate.</summary>
public static class ListReader
{
    /// <summary>Reads a list.</summary>
    /// <param name="list">The list, UTF-8.</param>
    /// <param name="root">What its paths are relative to; null: the list's folder. A <c>.tar</c> file: its members.</param>
    /// <exception cref="DataException">A line does not fit, or some lines have a third column and others none.</exception>
    public static IReadOnlyList<PictureEntry> Read(string list, string? root = null)
    {
        if (!File.Exists(list))
        {
            throw new DataException($"{list}: no such list.");
        }

        root ??= System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(list))!;
        var members = root.EndsWith(".tar", StringComparison.Ordinal) ? TarMembers.Read(root) : null;
        var entries = new List<PictureEntry>();
        var number = 0;
        foreach (var line in File.ReadLines(list, Encoding.UTF8))
        {
            number++;
            if (line.Trim().Length == 0)
            {
                continue;
            }

            var (path, label, camera) = Split(line, $"{list}:{number}");
            entries.Add(members is null
                ? new PictureEntry(System.IO.Path.Combine(root, path), label, Camera: camera)
                : members.TryGetValue(path, out var place)
                    ? new PictureEntry(root, label, null, place.Offset, place.Length, camera)
                    : throw new DataException($"{list}:{number}: {root} has no member \"{path}\"."));
        }

        var cameras = entries.Count(entry => entry.Camera is not null);
        return cameras == 0 || cameras == entries.Count
            ? entries
            : throw new DataException($"{list}: {cameras} of {entries.Count} lines have a third column; all or none may.");
    }

    private static (string Path, string Label, string? Camera) Split(string line, string place)
    {
        if (line.Contains('\t'))
        {
            var tabs = line.Split('\t');
            return (tabs[0], tabs[1].TrimEnd('\r'), tabs.Length > 2 ? tabs[2].TrimEnd('\r') : null);
        }

        var commas = line.Split(", ");
        if (commas.Length == 3)
        {
            return (commas[0], commas[1], null);
        }

        var words = line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        return words.Length is 2 or 3
            ? (words[0], words[1], words.Length == 3 ? words[2] : null)
            : throw new DataException($"{place}: \"{line}\" is neither \"path<TAB>label\" nor \"path, label, coarse\" nor \"path label [camera]\" (a path with spaces needs tabs).");
    }
}
