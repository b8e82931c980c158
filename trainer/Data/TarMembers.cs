using System.Formats.Tar;

namespace ShiTu.Trainer.Data;

/// <summary>Where the members of an uncompressed tar archive lie, so that pictures are read from it without unpacking.</summary>
internal static class TarMembers
{
    public static IReadOnlyDictionary<string, (long Offset, long Length)> Read(string archive)
    {
        var members = new Dictionary<string, (long, long)>(StringComparer.Ordinal);
        using var file = File.OpenRead(archive);
        using var reader = new TarReader(file);
        while (reader.GetNextEntry() is { } entry)
        {
            if (entry.EntryType is TarEntryType.RegularFile or TarEntryType.V7RegularFile && entry.Length > 0)
            {
                members[entry.Name] = (entry.DataOffset, entry.Length);
            }
        }

        return members;
    }
}
