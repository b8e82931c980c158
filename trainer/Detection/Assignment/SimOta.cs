namespace ShiTu.Trainer.Detection.Assignment;

/// <summary>Which prior answers for which box: the simplified optimal transport assigner with the varifocal class cost (detector.md 4.2), one class.</summary>
public static class SimOta
{
    /// <summary>Half side of the centre region, in strides.</summary>
    public const float CentreRadius = 2.5f;

    /// <summary>How many overlaps are summed for a box's number of priors.</summary>
    public const int Candidates = 10;

    /// <summary>Weight of 1 - GIoU against the class cost.</summary>
    public const double OverlapWeight = 6;

    private const double Outside = 1e8;

    /// <summary>Assigns the priors of one picture.</summary>
    /// <param name="priors">The cells.</param>
    /// <param name="scores">Predicted scores after sigmoid, one a prior.</param>
    /// <param name="predicted">Predicted boxes in input pixels, one a prior.</param>
    /// <param name="truth">The picture's boxes in input pixels.</param>
    /// <param name="assigned">Receives the index of each prior's box, -1 for background.</param>
    /// <returns>How many priors got a box.</returns>
    public static int Assign(Priors priors, ReadOnlySpan<float> scores, ReadOnlySpan<Box> predicted, ReadOnlySpan<Box> truth, Span<int> assigned)
    {
        ArgumentNullException.ThrowIfNull(priors);
        assigned.Fill(-1);
        if (truth.IsEmpty)
        {
            return 0;
        }

        var candidates = FindCandidates(priors, truth);
        var (count, boxes) = (candidates.Count, truth.Length);
        var classes = new ClassTerms[count];
        for (var i = 0; i < count; i++)
        {
            classes[i] = new(scores[candidates[i]]);
        }

        var costs = new double[boxes * count];
        var marks = new int[count];
        var claims = new List<int>();
        var overlaps = new double[count];
        for (var j = 0; j < boxes; j++)
        {
            var cost = costs.AsSpan(j * count, count);
            for (var i = 0; i < count; i++)
            {
                var prior = candidates[i];
                var (iou, giou) = predicted[prior].Overlap(truth[j]);
                overlaps[i] = iou;
                cost[i] = classes[i].Cost(iou) + (OverlapWeight * (1 - giou));
                if (!(InBox(priors, prior, truth[j]) && NearCentre(priors, prior, truth[j])))
                {
                    cost[i] += Outside;
                }
            }

            var wanted = Math.Max(1, (int)SumOfLargest(overlaps));
            claims.Clear();
            for (var n = 0; n < Math.Min(wanted, count); n++)
            {
                var best = -1;
                for (var i = 0; i < count; i++)
                {
                    if ((best < 0 || cost[i] < cost[best]) && !claims.Contains(i))
                    {
                        best = i;
                    }
                }

                claims.Add(best);
                marks[best]++;
                assigned[candidates[best]] = j;
            }
        }

        var positives = 0;
        for (var i = 0; i < count; i++)
        {
            if (marks[i] > 1)
            {
                assigned[candidates[i]] = Cheapest(costs, i, count, boxes);
            }

            positives += marks[i] > 0 ? 1 : 0;
        }

        return positives;
    }

    /// <summary>Varifocal-weighted cross-entropy of a score against an overlap.</summary>
    internal static double ClassCost(double overlap, float score) => new ClassTerms(score).Cost(overlap);

    private static List<int> FindCandidates(Priors priors, ReadOnlySpan<Box> truth)
    {
        var candidates = new List<int>(priors.Count);
        for (var i = 0; i < priors.Count; i++)
        {
            foreach (ref readonly var box in truth)
            {
                if (InBox(priors, i, box) || NearCentre(priors, i, box))
                {
                    candidates.Add(i);
                    break;
                }
            }
        }

        return candidates;
    }

    private static bool InBox(Priors priors, int i, in Box box) => priors.X[i] > box.X1 && priors.X[i] < box.X2 && priors.Y[i] > box.Y1 && priors.Y[i] < box.Y2;

    private static bool NearCentre(Priors priors, int i, in Box box)
    {
        var reach = CentreRadius * priors.Stride[i];
        return Math.Abs(priors.X[i] - ((box.X1 + box.X2) / 2)) < reach && Math.Abs(priors.Y[i] - ((box.Y1 + box.Y2) / 2)) < reach;
    }

    private static double SumOfLargest(ReadOnlySpan<double> values)
    {
        Span<double> largest = stackalloc double[Candidates];
        var kept = 0;
        foreach (var value in values)
        {
            if (kept == Candidates && value <= largest[kept - 1])
            {
                continue;
            }

            var at = kept < Candidates ? kept++ : kept - 1;
            for (; at > 0 && largest[at - 1] < value; at--)
            {
                largest[at] = largest[at - 1];
            }

            largest[at] = value;
        }

        var sum = 0.0;
        foreach (var value in largest[..kept])
        {
            sum += value;
        }

        return sum;
    }

    private static int Cheapest(double[] costs, int candidate, int count, int boxes)
    {
        var best = 0;
        for (var j = 1; j < boxes; j++)
        {
            best = costs[(j * count) + candidate] < costs[(best * count) + candidate] ? j : best;
        }

        return best;
    }

    /// <summary>What of a prior's class cost is the same for every box: two logarithms are dear.</summary>
    private readonly struct ClassTerms(float score)
    {
        private readonly double _object = Math.Max(-100, Math.Log(score));
        private readonly double _background = Math.Max(-100, Math.Log(1.0 - score));
        private readonly double _weight = 0.75 * score * score;

        public double Cost(double overlap) => -((overlap * _object) + ((1 - overlap) * _background)) * (overlap > 0 ? overlap : _weight);
    }
}
