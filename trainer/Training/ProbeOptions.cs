namespace ShiTu.Trainer.Training;

/// <summary>Retrieval on a small gallery while training, to choose the best checkpoint and to see where it goes.</summary>
/// <param name="Gallery">List of the gallery; relative to the data root.</param>
/// <param name="Query">List of the queries.</param>
/// <param name="Root">What both lists' paths are relative to; by default their own folders.</param>
/// <param name="PerLabel">At most so many gallery pictures a label; 0: all.</param>
/// <param name="Size">Side at which pictures are seen, pixels.</param>
/// <param name="Minutes">Minutes between evaluations.</param>
/// <param name="Patience">Evaluations without a better one after which a stage ends early; 0: never.</param>
public sealed record ProbeOptions(string Gallery, string Query, string? Root = null, int PerLabel = 8, int Size = 144, double Minutes = 5, int Patience = 0);
