namespace ShiTu.Index.Search;

/// <summary>A neighbour: an item (by its row in <c>IndexGeneration.Items</c>) and the best similarity among its views.</summary>
/// <param name="Item">Row of the item, 0-based; -1 for none.</param>
/// <param name="Similarity">Cosine, -1..1.</param>
public readonly record struct SearchHit(int Item, float Similarity);
