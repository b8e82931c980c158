using ShiTu.Inference.Imaging;

namespace ShiTu.Trainer.Data;

/// <summary>Decodes entries and resizes them to squares; keeps the last file decoded, since the crops of one picture follow each other. One a thread.</summary>
internal sealed class SquareDecoder
{
    private readonly PictureResizer _resizer = new();
    private (string Path, long Offset) _at = ("", -1);
    private Picture? _last;

    /// <summary>The entry's crop, stretched to side x side: by area where it shrinks much, else bilinear as the agent does.</summary>
    /// <exception cref="PictureFormatException">The file is no picture.</exception>
    public CachedPicture Decode(PictureEntry entry, int side)
    {
        var view = Open(entry).View;
        if (entry.Crop is { } crop)
        {
            var (x, y) = (Math.Clamp(crop.X, 0, view.Width - 1), Math.Clamp(crop.Y, 0, view.Height - 1));
            view = view.Cut(new PixelRect(x, y, Math.Clamp(crop.Width, 1, view.Width - x), Math.Clamp(crop.Height, 1, view.Height - y)));
        }

        var pixels = new byte[(side * side * 3) + 1];
        var shrinks = Math.Max(view.Width, view.Height) > side * 1.5;
        _resizer.Resize(view, pixels.AsSpan(0, side * side * 3), side, side, shrinks ? Interpolation.Area : Interpolation.Linear);
        return new CachedPicture(pixels, side);
    }

    private Picture Open(PictureEntry entry)
    {
        if (_last is null || _at != (entry.Path, entry.Offset))
        {
            _last = PictureDecoder.Decode(entry.ReadBytes());
            _at = (entry.Path, entry.Offset);
        }

        return _last;
    }
}
