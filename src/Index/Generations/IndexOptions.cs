using ShiTu.Index.Native;

namespace ShiTu.Index.Generations;

/// <summary>How an index generation is built and searched.</summary>
public sealed record IndexOptions
{
    /// <summary><c>auto</c>, <c>exact</c> or <c>hnsw</c>. Auto stays exact where USearch's library is missing.</summary>
    public string Kind { get; init; } = "auto";

    /// <summary>Views above which auto takes HNSW.</summary>
    public int ExactUpTo { get; init; } = 50_000;

    /// <summary>HNSW: links a node.</summary>
    public int Connectivity { get; init; } = 16;

    /// <summary>HNSW: candidates while building.</summary>
    public int ExpansionAdd { get; init; } = 128;

    /// <summary>HNSW: candidates while searching.</summary>
    public int ExpansionSearch { get; init; } = 128;

    /// <summary>Whether so many views are searched through a graph.</summary>
    internal bool WantsGraph(int views) => Kind switch
    {
        "hnsw" => true,
        "exact" => false,
        "auto" => views > ExactUpTo && UsearchNative.IsAvailable,
        _ => throw new ArgumentException($"index kind '{Kind}'; expected auto, exact or hnsw."),
    };

    /// <summary>Whether auto would take a graph and cannot.</summary>
    internal bool LacksLibrary(int views) => Kind == "auto" && views > ExactUpTo && !UsearchNative.IsAvailable;
}
