using ShiTu.EdgeAgent.Events;
using ShiTu.Index.Gallery;

namespace ShiTu.EdgeAgent.Recognition;

/// <summary>An item a crop resembles.</summary>
/// <param name="Item">The item; null in a place that no hit filled.</param>
/// <param name="Similarity">Cosine, -1..1.</param>
/// <param name="Threshold">Similarity from which this item counts as recognised.</param>
internal readonly record struct Match(GalleryItem? Item, float Similarity, float Threshold)
{
    /// <summary>As events carry it; null in an unfilled place.</summary>
    public Candidate? ToCandidate() => Item is null ? null : new Candidate(Item.Id, Item.Label, Similarity);
}
