using System.Globalization;

namespace ShiTu.Trainer.Data;

/// <summary>Integers by value, before everything else by its characters: the fixed order in which labels are numbered anew (feature-model.md 3.1).</summary>
internal sealed class LabelOrder : IComparer<string>
{
    public static LabelOrder Instance { get; } = new();

    public int Compare(string? x, string? y)
    {
        var (a, b) = (Number(x), Number(y));
        return (a, b) switch
        {
            ({ } i, { } j) => i.CompareTo(j),
            ({ }, null) => -1,
            (null, { }) => 1,
            _ => string.CompareOrdinal(x, y),
        };
    }

    private static long? Number(string? label) => long.TryParse(label, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : null;
}
