using ShiTu.Trainer.Data;

namespace ShiTu.Trainer.Evaluation;

/// <summary>What is the gallery and what is asked in a set that has no lists for it.</summary>
internal static class GallerySplit
{
    /// <summary>
    /// Each label's last fifth, in the set's order, is the gallery; the rest are queries. Pictures come in bursts, and parts of one picture
    /// follow each other: a split by turns would find a query's own burst in the gallery. A label of one picture is only asked for.
    /// </summary>
    /// <param name="entries">Labelled pictures, those of a burst beside each other.</param>
    public static (IReadOnlyList<PictureEntry> Gallery, IReadOnlyList<PictureEntry> Queries) LastFifth(IReadOnlyList<PictureEntry> entries)
    {
        var (gallery, queries) = (new List<PictureEntry>(), new List<PictureEntry>());
        foreach (var label in entries.GroupBy(entry => entry.Label, StringComparer.Ordinal))
        {
            var pictures = label.ToList();
            var kept = Math.Min(pictures.Count - 1, (pictures.Count + 4) / 5);
            queries.AddRange(pictures[..^kept]);
            gallery.AddRange(pictures[^kept..]);
        }

        return (gallery, queries);
    }
}
