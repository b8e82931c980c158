namespace ShiTu.Index.Gallery;

/// <summary>One product of the shop.</summary>
/// <param name="Id">Unique, 1 to 200 characters, no control characters (a SKU, say).</param>
/// <param name="Label">What people call it, verbatim, in any script.</param>
/// <param name="Note">Free text, or null.</param>
/// <param name="Local">Enrolled on this device (true), or from the head office (false).</param>
public sealed record GalleryItem(string Id, string Label, string? Note, bool Local);
