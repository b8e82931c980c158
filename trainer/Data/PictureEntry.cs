using ShiTu.Inference.Imaging;

namespace ShiTu.Trainer.Data;

/// <summary>One picture of a set: where it lies, what it shows.</summary>
/// <param name="Path">The file.</param>
/// <param name="Label">Its label, verbatim; null where the set has none.</param>
/// <param name="Crop">The part that is meant; null for the whole picture.</param>
/// <param name="Offset">Where its bytes start inside the file (a member of a tar archive).</param>
/// <param name="Length">How many bytes; -1: to the end.</param>
/// <param name="Camera">Third column of a query or gallery list: who took it, or a unique id.</param>
public sealed record PictureEntry(string Path, string? Label, PixelRect? Crop = null, long Offset = 0, long Length = -1, string? Camera = null)
{
    /// <summary>Reads the bytes of the picture.</summary>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public byte[] ReadBytes()
    {
        if (Length < 0)
        {
            return File.ReadAllBytes(Path);
        }

        using var file = File.OpenRead(Path);
        file.Seek(Offset, SeekOrigin.Begin);
        var bytes = new byte[Length];
        file.ReadExactly(bytes);
        return bytes;
    }

    /// <summary>Reads and decodes the picture, or the part of it that is meant.</summary>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="PictureFormatException">It is no picture, or the part lies outside it.</exception>
    public Picture Decode()
    {
        var picture = PictureDecoder.Decode(ReadBytes());
        if (Crop is not { } whole)
        {
            return picture;
        }

        var crop = Inside(whole, picture);
        var view = picture.View.Cut(crop);
        var pixels = new byte[crop.Width * crop.Height * 3];
        for (var y = 0; y < crop.Height; y++)
        {
            view.Pixels.Slice(y * view.Stride, crop.Width * 3).CopyTo(pixels.AsSpan(y * crop.Width * 3));
        }

        return new Picture(pixels, crop.Width, crop.Height, picture.Order);
    }

    // Marks of public sets reach over the edge by a pixel or two.
    private static PixelRect Inside(PixelRect crop, Picture picture)
    {
        var (x, y) = (Math.Max(0, crop.X), Math.Max(0, crop.Y));
        var (width, height) = (Math.Min(picture.Width, crop.X + crop.Width) - x, Math.Min(picture.Height, crop.Y + crop.Height) - y);
        return width > 0 && height > 0
            ? new PixelRect(x, y, width, height)
            : throw new PictureFormatException($"its box {crop} lies outside the picture of {picture.Width}x{picture.Height}.");
    }
}
