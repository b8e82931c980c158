namespace ShiTu.Trainer.Data;

/// <summary>
/// Draws P classes without replacement by weight and K pictures of each (feature-model.md 3.2). A draw is a function of seed and
/// step, so a resumed run goes on exactly. Sets with fewer classes than P give the classes they have, each with more pictures.
/// </summary>
public sealed class PkSampler
{
    private readonly int[][] _pictures;
    private readonly double[] _weights;

    /// <summary>Groups the pictures.</summary>
    /// <param name="labels">Class of each picture; negative: none.</param>
    /// <param name="weights">Weight of each class.</param>
    /// <param name="byPictures">Also by its number of pictures ("sample_avg_prob"); else every class alike ("id_avg_prob").</param>
    /// <exception cref="DataException">Fewer than two classes.</exception>
    public PkSampler(IReadOnlyList<int> labels, IReadOnlyList<double> weights, bool byPictures = false)
    {
        var groups = Enumerable.Range(0, labels.Count).Where(i => labels[i] >= 0).GroupBy(i => labels[i]).OrderBy(group => group.Key).ToList();
        if (groups.Count < 2)
        {
            throw new DataException($"Metric learning needs pictures of at least two classes; there {(groups.Count == 1 ? "is one" : "are none")}.");
        }

        _pictures = [.. groups.Select(group => group.ToArray())];
        _weights = [.. groups.Select(group => weights[group.Key] * (byPictures ? group.Count() : 1))];
    }

    /// <summary>Classes that can be drawn.</summary>
    public int Classes => _pictures.Length;

    /// <summary>Picture numbers of one batch, class by class.</summary>
    /// <param name="batch">Pictures a batch, a multiple of <paramref name="each"/>.</param>
    /// <param name="each">Pictures a class, K.</param>
    /// <param name="seed">Seed of the run.</param>
    /// <param name="step">Step.</param>
    public int[] Draw(int batch, int each, long seed, long step)
    {
        if (each < 1 || batch % each != 0)
        {
            throw new DataException($"A batch of {batch} is not made of groups of {each}: the batch must be a multiple.");
        }

        var dice = Dice.From(seed, step, 1);
        var classes = Math.Min(batch / each, Classes);
        var picked = new List<int>(batch);
        foreach (var (place, drawn) in Distinct(classes, ref dice).Select((drawn, place) => (place, drawn)))
        {
            var count = (batch / classes) + (place < batch % classes ? 1 : 0);
            var pictures = _pictures[drawn];
            if (pictures.Length >= count)
            {
                var order = Enumerable.Range(0, pictures.Length).ToArray();
                dice.Shuffle(order);
                picked.AddRange(order.Take(count).Select(i => pictures[i]));
            }
            else
            {
                for (var i = 0; i < count; i++)
                {
                    picked.Add(pictures[dice.Next(pictures.Length)]);
                }
            }
        }

        return [.. picked];
    }

    private int[] Distinct(int count, ref Dice dice)
    {
        // Keys -ln(u) / w: the smallest are a draw without replacement in proportion to w.
        var keys = new double[_weights.Length];
        var order = new int[_weights.Length];
        for (var i = 0; i < keys.Length; i++)
        {
            keys[i] = _weights[i] > 0 ? -Math.Log(1 - dice.Next()) / _weights[i] : double.PositiveInfinity;
            order[i] = i;
        }

        Array.Sort(keys, order);
        return order[..count];
    }
}
