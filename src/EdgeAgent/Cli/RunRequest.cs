namespace ShiTu.EdgeAgent.Cli;

/// <summary>What <c>run</c> was asked for.</summary>
internal sealed record RunRequest(
    bool Demo, string[] Sources, string? Gallery, string? Summary, TimeSpan? For, string? Annotate, int Seed, bool Realtime, bool Json);
