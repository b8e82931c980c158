namespace ShiTu.Inference.Imaging;

/// <summary>Decodes JPEG, PNG, WebP, BMP and GIF (first frame) to RGB, EXIF orientation applied, alpha dropped over white, grey and 16-bit widened or narrowed to 8-bit RGB.</summary>
public static class PictureDecoder
{
    /// <summary>Decodes a picture.</summary>
    /// <param name="encoded">The whole file.</param>
    /// <param name="maxPixels">Most pixels (width times height) that are decoded; the header is looked at before anything is allocated.</param>
    /// <exception cref="PictureFormatException">No picture, a truncated one, or one of more than <paramref name="maxPixels"/>.</exception>
    public static Picture Decode(ReadOnlySpan<byte> encoded, long maxPixels = 100_000_000) =>
        throw new NotSupportedException("Being written.");

    /// <summary>Reads and decodes a file; the message of an error names the file.</summary>
    /// <exception cref="PictureFormatException">See <see cref="Decode"/>.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static Picture DecodeFile(string path, long maxPixels = 100_000_000) =>
        throw new NotSupportedException("Being written.");
}
