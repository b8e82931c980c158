using System.Diagnostics;
using ShiTu.Inference.Imaging;
using ShiTu.Trainer.Detection.Data;

namespace ShiTu.Trainer.Detection.Evaluation;

/// <summary>Measures a detector on detection sets: each alone, each folder of a merged one, and all together.</summary>
internal sealed class DetectorEvaluation(IReadOnlyList<DetectionSet> sets, Action<string> report)
{
    /// <summary>Runs all pictures; unreadable ones are reported and left out.</summary>
    /// <param name="detector">What is measured.</param>
    /// <param name="sheet">Receives the pictures, or null.</param>
    /// <param name="token">Cancels.</param>
    public DetectorReport Measure(Detectors detector, PictureSheet? sheet, CancellationToken token)
    {
        var all = new CocoEvaluator();
        var rows = new SortedDictionary<string, CocoEvaluator>(StringComparer.Ordinal);
        var (time, pictures) = (TimeSpan.Zero, 0);
        foreach (var set in sets)
        {
            var common = CommonFolder(set);
            foreach (var source in set.Pictures)
            {
                token.ThrowIfCancellationRequested();
                Picture picture;
                try
                {
                    picture = PictureDecoder.DecodeFile(source.File);
                }
                catch (Exception error) when (error is PictureFormatException or IOException or UnauthorizedAccessException)
                {
                    report($"left out {source.File}: {error.Message}");
                    continue;
                }

                var start = Stopwatch.GetTimestamp();
                var found = detector.Detect(picture.View);
                time += Stopwatch.GetElapsedTime(start);
                pictures++;
                all.Add(source.Objects, found);
                var row = RowName(set, common, source.File);
                foreach (var name in row == set.Name ? [row] : new[] { set.Name, row })
                {
                    if (!rows.TryGetValue(name, out var evaluator))
                    {
                        rows[name] = evaluator = new CocoEvaluator();
                    }

                    evaluator.Add(source.Objects, found);
                }

                sheet?.Add(row, picture, source.Objects, found);
            }
        }

        var total = all.Summarise();
        return new(
            detector.Name, total.Ap50, total.Map, total.Ar5, total.Found5, total.Images, Math.Round(time.TotalMilliseconds / Math.Max(1, pictures), 2), rows.ToDictionary(r => r.Key, r => r.Value.Summarise()));
    }

    private static string CommonFolder(DetectionSet set) => set.Pictures.Select(p => Path.GetDirectoryName(p.File)!).Aggregate((a, b) =>
    {
        while (!(b + "/").StartsWith(a + "/", StringComparison.Ordinal))
        {
            a = Path.GetDirectoryName(a) ?? "";
        }

        return a;
    });

    /// <summary>A merged set's pictures lie in a folder a set.</summary>
    private static string RowName(DetectionSet set, string common, string file)
    {
        var rest = Path.GetRelativePath(common.Length == 0 ? "/" : common, file);
        var slash = rest.IndexOf('/', StringComparison.Ordinal);
        return slash < 0 ? set.Name : rest[..slash];
    }
}
