using ShiTu.Trainer.Detection.Assignment;
using ShiTu.Trainer.Detection.Data;

namespace ShiTu.Trainer.Detection.Evaluation;

/// <summary>The COCO box protocol for one class (detector.md 5): matching, accumulation, interpolation, areas. Pictures are added by rising id.</summary>
public sealed class CocoEvaluator
{
    private const int Most = 100;
    private static readonly double[] Overlaps = [.. Enumerable.Range(0, 10).Select(i => 0.5 + (i * 0.05))];
    private static readonly (double Low, double High)[] Areas = [(0, 1e10), (0, 1024), (1024, 9216), (9216, 1e10)];
    private readonly List<Picture> _pictures = [];

    /// <summary>Adds a picture.</summary>
    /// <param name="objects">What is on it.</param>
    /// <param name="found">What the detector says, any order; equal scores keep it.</param>
    public void Add(IReadOnlyList<MarkedObject> objects, IReadOnlyList<ScoredBox> found) =>
        _pictures.Add(new([.. objects], [.. found.OrderByDescending(box => box.Score).Take(Most)]));

    /// <summary>Computes the figures over all pictures added.</summary>
    public CocoSummary Summarise()
    {
        var all = Evaluate(0);
        var sizes = new double[3];
        var recalls = new double[3];
        for (var i = 0; i < 3; i++)
        {
            var part = Evaluate(i + 1);
            sizes[i] = Mean(part, t => AveragePrecision(part, t));
            recalls[i] = Mean(part, t => Recall(part, t, Most));
        }

        return new(
            Mean(all, t => AveragePrecision(all, t)),
            all.Objects == 0 ? -1 : AveragePrecision(all, 0),
            all.Objects == 0 ? -1 : AveragePrecision(all, 5),
            sizes[0],
            sizes[1],
            sizes[2],
            Mean(all, t => Recall(all, t, 1)),
            Mean(all, t => Recall(all, t, 5)),
            Mean(all, t => Recall(all, t, 10)),
            Mean(all, t => Recall(all, t, Most)),
            recalls[0],
            recalls[1],
            recalls[2],
            all.Objects == 0 ? -1 : Recall(all, 0, 5),
            _pictures.Count,
            all.Objects);
    }

    private static double Mean(Matches matches, Func<int, double> of) => matches.Objects == 0 ? -1 : Enumerable.Range(0, Overlaps.Length).Average(of);

    private static double Recall(Matches matches, int threshold, int most) =>
        (double)matches.Boxes.Count(box => box.Rank < most && box.True[threshold]) / matches.Objects;

    private static double AveragePrecision(Matches matches, int threshold)
    {
        var precision = new List<double>();
        var recall = new List<double>();
        var (right, wrong) = (0, 0);
        foreach (var box in matches.Boxes)
        {
            if (box.Ignored[threshold])
            {
                continue;
            }

            _ = box.True[threshold] ? right++ : wrong++;
            recall.Add((double)right / matches.Objects);
            precision.Add(right / (right + wrong + Math.Pow(2, -52)));
        }

        for (var i = precision.Count - 1; i > 0; i--)
        {
            precision[i - 1] = Math.Max(precision[i - 1], precision[i]);
        }

        var (sum, at) = (0.0, 0);
        for (var i = 0; i <= 100; i++)
        {
            var wanted = i == 100 ? 1 : i * 0.01;
            while (at < recall.Count && recall[at] < wanted)
            {
                at++;
            }

            sum += at < precision.Count ? precision[at] : 0;
        }

        return sum / 101;
    }

    private Matches Evaluate(int area)
    {
        var boxes = new List<Match>();
        var objects = 0;
        foreach (var picture in _pictures)
        {
            var (low, high) = Areas[area];
            var ignored = picture.Objects.Select(o => o.Ignored || o.Area < low || o.Area > high).ToArray();
            var order = Enumerable.Range(0, ignored.Length).OrderBy(i => ignored[i]).ToArray();
            objects += ignored.Count(i => !i);
            var found = picture.Found.Select((box, rank) => new Match(box.Score, rank)).ToArray();
            for (var t = 0; t < Overlaps.Length; t++)
            {
                MatchPicture(picture, found, t, order, ignored, low, high);
            }

            boxes.AddRange(found);
        }

        return new([.. boxes.OrderByDescending(box => box.Score)], objects);
    }

    private static void MatchPicture(Picture picture, Match[] found, int t, int[] order, bool[] ignored, double low, double high)
    {
        var taken = new bool[picture.Objects.Length];
        for (var d = 0; d < found.Length; d++)
        {
            var best = Math.Min(Overlaps[t], 1 - 1e-10);
            var match = -1;
            foreach (var g in order)
            {
                if (taken[g] && !picture.Objects[g].Crowd)
                {
                    continue;
                }

                if (match >= 0 && !ignored[match] && ignored[g])
                {
                    break;
                }

                var overlap = Overlap(picture.Found[d].Box, picture.Objects[g]);
                if (overlap >= best)
                {
                    (best, match) = (overlap, g);
                }
            }

            if (match >= 0)
            {
                taken[match] = true;
                found[d].True[t] = !ignored[match];
                found[d].Ignored[t] = ignored[match];
            }
            else
            {
                var area = picture.Found[d].Box.Area;
                found[d].Ignored[t] = area < low || area > high;
            }
        }
    }

    private static double Overlap(in Box box, MarkedObject marked)
    {
        var (a, b) = (box, marked.Box);
        var width = Math.Min((double)a.X2, b.X2) - Math.Max(a.X1, b.X1);
        var height = Math.Min((double)a.Y2, b.Y2) - Math.Max(a.Y1, b.Y1);
        if (width <= 0 || height <= 0)
        {
            return 0;
        }

        var shared = width * height;
        return shared / (marked.Crowd ? a.Area : a.Area + b.Area - shared);
    }

    private sealed record Picture(MarkedObject[] Objects, ScoredBox[] Found);

    private sealed record Matches(Match[] Boxes, int Objects);

    private sealed class Match(float score, int rank)
    {
        public float Score { get; } = score;

        public int Rank { get; } = rank;

        public bool[] True { get; } = new bool[Overlaps.Length];

        public bool[] Ignored { get; } = new bool[Overlaps.Length];
    }
}
