namespace ShiTu.Index.Generations;

/// <summary>How an index generation is built and searched.</summary>
public sealed record IndexOptions
{
    /// <summary><c>auto</c>, <c>exact</c> or <c>hnsw</c>.</summary>
    public string Kind { get; init; } = "auto";

    /// <summary>Views above which auto takes HNSW.</summary>
    public int ExactUpTo { get; init; } = 50_000;

    /// <summary>HNSW: links a node.</summary>
    public int Connectivity { get; init; } = 16;

    /// <summary>HNSW: candidates while building.</summary>
    public int ExpansionAdd { get; init; } = 128;

    /// <summary>HNSW: candidates while searching.</summary>
    public int ExpansionSearch { get; init; } = 128;
}
