namespace ShiTu.Trainer.Evaluation;

/// <summary>The nearest gallery pictures of one query.</summary>
/// <param name="Query">Its number.</param>
/// <param name="Nearest">Numbers of the five nearest gallery pictures that count, best first.</param>
/// <param name="Similarities">Their cosines.</param>
public sealed record QueryResult(int Query, IReadOnlyList<int> Nearest, IReadOnlyList<float> Similarities);
