using ShiTu.Inference.Imaging;

namespace ShiTu.Trainer.Data;

/// <summary>
/// PP-ShiTuV2's training transforms after the first resize, step by step (feature-model.md 3.3): flip, 10 black pixels around, crop at 0 … 21
/// (21 leaves the last row or column out, which the second resize fills), rotation to ±90° on a black canvas in half of the cases.
/// One a thread.
/// </summary>
internal sealed class ShiTuAugmentation
{
    private const int Border = 10;
    private readonly PictureResizer _resizer = new();

    /// <summary>Writes a view of <paramref name="source"/>, whose side is the batch's.</summary>
    public void Augment(CachedPicture source, Span<byte> target, ref Dice dice)
    {
        var side = source.Side;
        var flip = dice.Chance(0.5);
        var (top, left) = (dice.Next((2 * Border) + 2), dice.Next((2 * Border) + 2));
        var (height, width) = (Math.Min(side, side + (2 * Border) - top), Math.Min(side, side + (2 * Border) - left));
        var crop = new byte[height * width * 3];
        for (var y = 0; y < height; y++)
        {
            for (var x = 0; x < width; x++)
            {
                var (fromY, fromX) = (y + top - Border, x + left - Border);
                if (fromX >= 0 && fromX < side && fromY >= 0 && fromY < side)
                {
                    source.Pixels.AsSpan(((fromY * side) + (flip ? side - 1 - fromX : fromX)) * 3, 3).CopyTo(crop.AsSpan(((y * width) + x) * 3));
                }
            }
        }

        if (dice.Chance(0.5))
        {
            crop = Rotate(crop, width, height, dice.Next(-90.0, 90.0));
        }

        if (width == side && height == side)
        {
            crop.CopyTo(target);
        }
        else
        {
            _resizer.Resize(new PictureView(crop, width, height, width * 3, PixelOrder.Rgb), target, side, side, Interpolation.Linear);
        }
    }

    /// <summary>Counter-clockwise by <paramref name="degrees"/> about (w / 2, h / 2), bilinear, black outside.</summary>
    internal static byte[] Rotate(ReadOnlySpan<byte> source, int width, int height, double degrees)
    {
        var (sine, cosine) = Math.SinCos(degrees * Math.PI / 180);
        var (cx, cy) = (width / 2.0, height / 2.0);
        var target = new byte[source.Length];
        for (var y = 0; y < height; y++)
        {
            for (var x = 0; x < width; x++)
            {
                var (dx, dy) = (x - cx, y - cy);
                var (sx, sy) = ((cosine * dx) - (sine * dy) + cx, (sine * dx) + (cosine * dy) + cy);
                var (x0, y0) = ((int)Math.Floor(sx), (int)Math.Floor(sy));
                var (fx, fy) = (sx - x0, sy - y0);
                for (var c = 0; c < 3; c++)
                {
                    double At(ReadOnlySpan<byte> pixels, int px, int py) => px >= 0 && py >= 0 && px < width && py < height ? pixels[(((py * width) + px) * 3) + c] : 0;
                    var top = (At(source, x0, y0) * (1 - fx)) + (At(source, x0 + 1, y0) * fx);
                    var bottom = (At(source, x0, y0 + 1) * (1 - fx)) + (At(source, x0 + 1, y0 + 1) * fx);
                    target[(((y * width) + x) * 3) + c] = (byte)((top * (1 - fy)) + (bottom * fy) + 0.5);
                }
            }
        }

        return target;
    }
}
