namespace ShiTu.Index.Gallery;

/// <summary>One look at an item: its embedding and where it came from.</summary>
/// <param name="Vector">Unit length, the gallery's dimension.</param>
/// <param name="PictureSha256">Hash of the picture's bytes, lower-case hex, or empty.</param>
/// <param name="Origin">How it came: a path, <c>update</c>, <c>enrolled</c>.</param>
public sealed record GalleryView(float[] Vector, string PictureSha256, string Origin)
{
    /// <summary>What was embedded, as a small JPEG that is kept beside the vector so that another model can embed it anew; null keeps none. No part of the content's hash. Only written: <see cref="GalleryStore.Pictures"/> reads.</summary>
    public byte[]? Picture { get; init; }
}
