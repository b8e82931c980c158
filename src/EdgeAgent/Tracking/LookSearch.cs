using ShiTu.EdgeAgent.Recognition;

namespace ShiTu.EdgeAgent.Tracking;

/// <summary>Searches the gallery for embeddings and returns its generation.</summary>
internal delegate long LookSearch(ReadOnlySpan<float> embeddings, int count, Span<Match> matches);
