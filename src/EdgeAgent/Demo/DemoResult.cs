namespace ShiTu.EdgeAgent.Demo;

/// <summary>An object that crossed the belt and what was said of it.</summary>
/// <param name="Label">What it was.</param>
/// <param name="Stranger">True where the gallery does not hold it.</param>
/// <param name="Said">Item ids, <c>unknown</c> or <c>missed</c>.</param>
internal sealed record DemoLine(string Label, bool Stranger, string Said);

/// <summary>Objects that crossed the belt, by what was said of them in the end.</summary>
internal sealed record DemoResult
{
    /// <summary>Known ones that were named right.</summary>
    public int Right { get; init; }

    /// <summary>Objects that were given a name that is not theirs, if only for a while.</summary>
    public int Wrong { get; init; }

    /// <summary>Strangers that ended unknown.</summary>
    public int UnknownRight { get; init; }

    /// <summary>Known ones that ended unknown.</summary>
    public int UnknownWrong { get; init; }

    /// <summary>Objects nothing was said of.</summary>
    public int Missed { get; init; }

    /// <summary>Objects named more than once, as if there were several: how many times too often, all together.</summary>
    public int Repeated { get; init; }

    /// <summary>Share of the objects at least half visible, over all frames, that had a box.</summary>
    public double FoundShare { get; init; }

    /// <summary>Boxes on nothing, a frame.</summary>
    public double FalseBoxesPerFrame { get; init; }

    /// <summary>Every object.</summary>
    public IReadOnlyList<DemoLine> Objects { get; init; } = [];
}
