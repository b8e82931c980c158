namespace ShiTu.Trainer.Evaluation;

/// <summary>Retrieval figures over all queries (feature-model.md 5.2).</summary>
/// <param name="RecallAt1">Share of queries with a match first; queries without any match are left out.</param>
/// <param name="RecallAt5">The same for the first five.</param>
/// <param name="MeanAveragePrecision">mAP over the whole gallery.</param>
/// <param name="MeanInversePenalty">mINP: hits divided by the rank of the last one.</param>
/// <param name="Queries">Queries.</param>
/// <param name="Gallery">Gallery pictures.</param>
public sealed record RetrievalScores(double RecallAt1, double RecallAt5, double MeanAveragePrecision, double MeanInversePenalty, int Queries, int Gallery);
