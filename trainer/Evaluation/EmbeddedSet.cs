namespace ShiTu.Trainer.Evaluation;

/// <summary>Embedded pictures of a query or gallery list.</summary>
/// <param name="Vectors">One row a picture; made unit length by <see cref="Retrieval"/> where it is not.</param>
/// <param name="Labels">Label of each.</param>
/// <param name="Cameras">Third column of each, where the list has one: a gallery picture of the query's own label and camera does not count.</param>
public sealed record EmbeddedSet(IReadOnlyList<float[]> Vectors, IReadOnlyList<string> Labels, IReadOnlyList<string>? Cameras = null);
