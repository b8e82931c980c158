using ShiTu.Trainer.Detection.Data;
using ShiTu.Trainer.Detection.Evaluation;

namespace ShiTu.Trainer.Tests.Detection;

/// <summary>The COCO protocol once more, as plainly as it can be written: one threshold, one area, one limit at a time, nothing kept between.</summary>
internal sealed class PlainCoco
{
    private readonly List<(IReadOnlyList<MarkedObject> Objects, List<ScoredBox> Found)> _pictures = [];

    public void Add(IReadOnlyList<MarkedObject> objects, IReadOnlyList<ScoredBox> found) => _pictures.Add((objects, [.. found]));

    public double MeanPrecision(double low, double high, int most) => Thresholds().Average(t => Precision(t, low, high, most));

    public double MeanRecall(int most) => Thresholds().Average(t =>
    {
        var (rows, total) = Rows(t, 0, 1e10, most);
        return (double)rows.Count(r => r.Hit) / total;
    });

    private static IEnumerable<double> Thresholds() => Enumerable.Range(0, 10).Select(i => .5 + (i * .05));

    private double Precision(double threshold, double low, double high, int most)
    {
        var (rows, total) = Rows(threshold, low, high, most);
        var curve = rows.Select((_, i) => (Hits: rows.Take(i + 1).Count(r => r.Hit), All: i + 1)).Select(c => (Recall: (double)c.Hits / total, Precision: c.Hits / (c.All + Math.Pow(2, -52)))).ToList();
        return Enumerable.Range(0, 101).Average(i => curve.Where(c => c.Recall >= (i == 100 ? 1 : i * .01)).Select(c => c.Precision).DefaultIfEmpty(0).Max());
    }

    /// <summary>Every detection that counts, best first over all pictures, and whether it found something.</summary>
    private (List<(float Score, bool Hit)> Rows, int Total) Rows(double threshold, double low, double high, int most)
    {
        var rows = new List<(float Score, bool Hit)>();
        var total = 0;
        foreach (var (objects, found) in _pictures)
        {
            bool Off(MarkedObject o) => o.Ignored || o.Area < low || o.Area > high;
            total += objects.Count(o => !Off(o));
            var open = objects.Where(o => !Off(o)).Concat(objects.Where(Off)).ToList();
            foreach (var box in found.OrderByDescending(b => b.Score).Take(most))
            {
                // Among the objects that count the best overlap wins, the later of equals; only where there is none, the ignored ones are looked at.
                var fits = open.Select((o, i) => (Object: o, Place: i, Overlap: Overlap(box, o))).Where(c => c.Overlap >= Math.Min(threshold, 1 - 1e-10)).ToList();
                var best = fits.Where(c => !Off(c.Object)).OrderBy(c => c.Overlap).ThenBy(c => c.Place).LastOrDefault();
                best = best.Object is null ? fits.OrderBy(c => c.Overlap).ThenBy(c => c.Place).LastOrDefault() : best;
                if (best.Object is { } match)
                {
                    if (!match.Crowd)
                    {
                        open.Remove(match);
                    }

                    if (!Off(match))
                    {
                        rows.Add((box.Score, true));
                    }
                }
                else if (box.Box.Area >= low && box.Box.Area <= high)
                {
                    rows.Add((box.Score, false));
                }
            }
        }

        return ([.. rows.OrderByDescending(r => r.Score)], total);
    }

    private static double Overlap(ScoredBox box, MarkedObject marked)
    {
        var (a, b) = (box.Box, marked.Box);
        var shared = Math.Max(0, Math.Min(a.X2, (double)b.X2) - Math.Max(a.X1, b.X1)) * Math.Max(0, Math.Min(a.Y2, (double)b.Y2) - Math.Max(a.Y1, b.Y1));
        return shared == 0 ? 0 : shared / (marked.Crowd ? a.Area : a.Area + b.Area - shared);
    }
}
