using System.Text.Json;
using ShiTu.Index.Gallery;
using ShiTu.Index.Storage;

namespace ShiTu.Index.Calibration;

/// <summary>
/// Finds the similarity from which a hit may be believed. A product that the gallery does not hold is imitated by leaving one label out: its views are compared with
/// all other labels, and whatever they find is a false accept. Items that many foreign views resemble get higher thresholds than items that nothing resembles.
/// </summary>
public static class GalleryCalibration
{
    private const string NoteKey = "calibration";
    private const double ItemQuantile = 0.9;

    // An item's own quantile counts as much as this many foreign views of the common one.
    private const double Shrinkage = 30;
    private const int MaxQueries = 4000;
    private const long MaxComparisons = 20_000_000;

    /// <summary>Measures.</summary>
    /// <param name="store">A gallery with at least three labels.</param>
    /// <param name="falseAccept">Wanted rate, above 0 and below 0.5.</param>
    /// <param name="margin">Least distance to another label that a verdict will ask for: what is closer is ambiguous and never falsely accepted.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <exception cref="GalleryException">Too few labels.</exception>
    public static CalibrationResult Measure(GalleryStore store, double falseAccept, double margin = 0, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(store);
        return Measure(store.Snapshot(), falseAccept, margin, cancellation);
    }

    /// <summary>Keeps a calibration in the gallery.</summary>
    public static void Save(GalleryStore store, CalibrationResult result)
    {
        ArgumentNullException.ThrowIfNull(store);
        store.SetNote(NoteKey, JsonSerializer.Serialize(result, CalibrationJson.Default.CalibrationResult));
    }

    /// <summary>The calibration that the gallery holds; null where it holds none. It may be of older content: compare its hash.</summary>
    public static CalibrationResult? Load(GalleryStore store)
    {
        ArgumentNullException.ThrowIfNull(store);
        try
        {
            return store.GetNote(NoteKey) is { } note ? JsonSerializer.Deserialize(note, CalibrationJson.Default.CalibrationResult) : null;
        }
        catch (JsonException error)
        {
            throw new GalleryException(GalleryFault.Corrupt, $"{store.FilePath}: its calibration cannot be read ({error.Message}); run `gallery calibrate` again.", error);
        }
    }

    /// <summary>Measures on a state that was read already.</summary>
    internal static CalibrationResult Measure(GallerySnapshot snapshot, double falseAccept, double margin, CancellationToken cancellation)
    {
        if (!(falseAccept is > 0 and < 0.5))
        {
            throw new ArgumentOutOfRangeException(nameof(falseAccept), $"A false-accept rate of {falseAccept}; expected more than 0 and less than 0.5, such as 0.01.");
        }

        var labels = snapshot.Items.Select(item => item.Label).Distinct(StringComparer.Ordinal).Count();
        if (labels < 3)
        {
            throw new GalleryException(GalleryFault.Item, $"A gallery of {labels} labels is too small to measure on; at least three are needed.");
        }

        var similarities = Similarities.Compare(snapshot, Queries(snapshot), cancellation);
        var common = Quantile.Of(similarities.ForeignBests(), ItemQuantile);
        var baseline = snapshot.Items.Select((_, row) => ItemBaseline(similarities.Foreign(row), common)).ToArray();
        var shift = Quantile.Of(similarities.ForeignExcesses(baseline, margin), 1 - falseAccept);
        if (double.IsNegativeInfinity(shift))
        {
            // The margin alone keeps the rate: thresholds fall to what the median foreign view reaches.
            shift = Quantile.Of(similarities.ForeignExcesses(baseline, double.NegativeInfinity), 0.5);
        }

        // The excess at the quantile itself must not pass: thresholds lie just above it.
        var thresholds = baseline.Select(level => MathF.BitIncrement(Math.Clamp((float)(level + shift), -1f, 1f))).ToArray();
        var accepted = similarities.ForeignExcesses([.. thresholds.Select(level => (double)level)], margin).Count(excess => excess >= 0);
        var (low, high) = Quantile.Wilson(accepted, similarities.Count);
        return new CalibrationResult(
            Math.Clamp((float)(common + shift), -1f, 1f),
            snapshot.Items.Select((item, row) => (item.Id, thresholds[row])).ToDictionary(pair => pair.Id, pair => pair.Item2, StringComparer.Ordinal),
            falseAccept,
            margin,
            (double)accepted / similarities.Count,
            low,
            high,
            similarities.TrueAccept(thresholds, margin),
            labels,
            similarities.Count,
            snapshot.ContentHash);
    }

    private static double ItemBaseline(List<float> foreign, double common) =>
        foreign.Count == 0 ? common : ((foreign.Count * Quantile.Of(foreign, ItemQuantile)) + (Shrinkage * common)) / (foreign.Count + Shrinkage);

    // Evenly spread views, so many that the table of comparisons stays small.
    private static int[] Queries(GallerySnapshot snapshot)
    {
        var views = snapshot.ItemOfView.Length;
        var count = (int)Math.Min(views, Math.Min(MaxQueries, Math.Max(200, MaxComparisons / Math.Max(snapshot.Items.Count, 1))));
        return [.. Enumerable.Range(0, count).Select(at => (int)((long)at * views / count))];
    }
}
