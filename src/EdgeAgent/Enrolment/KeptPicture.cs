using ShiTu.EdgeAgent.Annotation;
using ShiTu.Inference.Imaging;

namespace ShiTu.EdgeAgent.Enrolment;

/// <summary>What is kept of an enrolled picture so that another feature model can embed it: the part that was embedded, as a JPEG of at most 320 pixels a side, 10 to 25 kB.</summary>
internal static class KeptPicture
{
    private const int MostPixels = 320;
    private const int Quality = 90;

    /// <summary>Makes it.</summary>
    /// <param name="picture">The picture.</param>
    /// <param name="part">What was embedded of it.</param>
    public static byte[] Of(PictureView picture, PixelRect part)
    {
        // Nothing is written on it: no font is looked for.
        using var fonts = new FontShelf([]);
        using var encoder = new Annotator(fonts);
        var cut = picture.Cut(part);
        var scale = Math.Min(1f, (float)MostPixels / Math.Max(part.Width, part.Height));
        if (scale >= 1)
        {
            return encoder.Encode(cut, [], Quality);
        }

        var (width, height) = (Math.Max(1, (int)(part.Width * scale)), Math.Max(1, (int)(part.Height * scale)));
        var pixels = new byte[width * height * 3];
        new PictureResizer().Resize(cut, pixels, width, height, Interpolation.Area);
        return encoder.Encode(new PictureView(pixels, width, height, width * 3, picture.Order), [], Quality);
    }

    /// <summary>Makes it of a whole encoded picture.</summary>
    /// <exception cref="PictureFormatException">It is none.</exception>
    public static byte[] Of(ReadOnlySpan<byte> encoded, long maxPixels)
    {
        var picture = PictureDecoder.Decode(encoded, maxPixels);
        return Of(picture.View, new PixelRect(0, 0, picture.Width, picture.Height));
    }
}
