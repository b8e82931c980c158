using ShiTu.Trainer.Data;

namespace ShiTu.Trainer.Ranks;

/// <summary>A rank's part of each step's pictures: an equal run of the labelled ones, then one of the others.</summary>
/// <param name="Rank">Number, from 0.</param>
/// <param name="Ranks">Ranks.</param>
internal readonly record struct Shard(int Rank, int Ranks)
{
    /// <summary>All pictures: there is one process.</summary>
    public static Shard Whole { get; } = new(0, 1);

    /// <summary>The shard of a group's process.</summary>
    public static Shard Of(RankGroup? ranks) => ranks is null ? Whole : new(ranks.Rank, ranks.Size);

    /// <summary>Places in the step's pictures (labelled first) that are this rank's.</summary>
    /// <exception cref="DataException">They are not shared evenly.</exception>
    public int[] Own(int labelled, int others)
    {
        var (first, second) = (Even(labelled), Even(others));
        return [.. Enumerable.Range(Rank * first, first), .. Enumerable.Range(labelled + (Rank * second), second)];
    }

    /// <summary>For each of the step's pictures in order, its row where the ranks' rows lie below each other.</summary>
    public long[] Rows(int labelled, int others)
    {
        var (first, second) = (Even(labelled), Even(others));
        var each = first + second;
        return [.. Enumerable.Range(0, labelled).Select(i => ((long)(i / first) * each) + (i % first)), .. Enumerable.Range(0, others).Select(i => ((long)(i / second) * each) + first + (i % second))];
    }

    private int Even(int pictures) => pictures % Ranks == 0 ? pictures / Ranks
        : throw new DataException($"{pictures} pictures a step are not shared evenly by {Ranks} ranks: batch and unlabelled must be multiples of their number.");
}
