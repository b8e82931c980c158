namespace ShiTu.EdgeAgent.Mqtt;

/// <summary>State of the gallery as it is published (contract 1).</summary>
/// <param name="Generation">Generation of the owner's manifest that is in use; 0 for none yet.</param>
/// <param name="ContentHash">Hash of the content, lower-case hex.</param>
/// <param name="Items">All items.</param>
/// <param name="Views">All views.</param>
/// <param name="LocalItems">Items enrolled here.</param>
/// <param name="Model">Model identity.</param>
/// <param name="Built">When it came into use.</param>
/// <param name="Previous">Generation to fall back to, or null.</param>
internal sealed record GalleryStatus(long Generation, string ContentHash, int Items, int Views, int LocalItems, string Model, DateTimeOffset Built, long? Previous);
