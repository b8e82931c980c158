namespace ShiTu.EdgeAgent.GalleryUpdates;

/// <summary>A view of an item as a chunk carries it: a vector, or a picture that the device embeds.</summary>
/// <param name="Vector">Half floats, little endian, or null.</param>
/// <param name="Picture">JPEG, or null.</param>
internal sealed record ChunkView(byte[]? Vector, byte[]? Picture);

/// <summary>An item as a chunk carries it.</summary>
/// <param name="Id">Item id.</param>
/// <param name="Label">Label, verbatim.</param>
/// <param name="Note">Free text, or null.</param>
/// <param name="Views">Its views.</param>
internal sealed record ChunkItem(string Id, string Label, string? Note, IReadOnlyList<ChunkView> Views);
