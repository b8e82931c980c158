using ShiTu.Trainer.Data;

namespace ShiTu.Trainer.Detection.Data;

/// <summary>The pictures of all sets in one shuffled round after the other; a set's weight repeats its pictures, or leaves some out, in each round.</summary>
internal sealed class SamplePool(IReadOnlyList<(IReadOnlyList<Sample> Samples, double Weight)> sets, long seed)
{
    private readonly Lock _lock = new();
    private long _round = -1;
    private Sample[] _order = [];

    /// <summary>Every picture once.</summary>
    public IReadOnlyList<Sample> All { get; } = [.. sets.SelectMany(set => set.Samples)];

    /// <summary>Pictures a round.</summary>
    public int Round { get; } = sets.Sum(set => (int)Math.Round(set.Samples.Count * set.Weight));

    /// <summary>The picture at a place of the endless sequence.</summary>
    public Sample this[long place]
    {
        get
        {
            lock (_lock)
            {
                if (place / Round != _round)
                {
                    _round = place / Round;
                    _order = Shuffle(_round);
                }

                return _order[place % Round];
            }
        }
    }

    private Sample[] Shuffle(long round)
    {
        var dice = Dice.From(seed, round, 11);
        var order = new List<Sample>(Round);
        foreach (var (samples, weight) in sets)
        {
            var count = (int)Math.Round(samples.Count * weight);
            var indices = new int[samples.Count];
            for (var taken = 0; taken < count; taken++)
            {
                var at = taken % samples.Count;
                if (at == 0)
                {
                    for (var i = 0; i < indices.Length; i++)
                    {
                        indices[i] = i;
                    }

                    dice.Shuffle(indices);
                }

                order.Add(samples[indices[at]]);
            }
        }

        var places = new int[order.Count];
        for (var i = 0; i < places.Length; i++)
        {
            places[i] = i;
        }

        dice.Shuffle(places);
        return [.. places.Select(i => order[i])];
    }
}
