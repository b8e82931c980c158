using ShiTu.Inference.Imaging;
using ShiTu.Trainer.Data;
using ShiTu.Trainer.Detection.Assignment;

namespace ShiTu.Trainer.Detection.Data;

/// <summary>Four pictures on one canvas around a random centre: many objects at many sizes from pictures of one or two.</summary>
internal static class Mosaic
{
    private const int Side = 448;

    /// <summary>Joins random crops of four pictures.</summary>
    public static Sample Draw(Sample[] four, PictureResizer resizer, ref Dice dice)
    {
        var (cx, cy) = (dice.Next(Side * 3 / 10, Side * 7 / 10), dice.Next(Side * 3 / 10, Side * 7 / 10));
        var canvas = new byte[Side * Side * 3];
        var boxes = new List<Box>();
        for (var i = 0; i < 4; i++)
        {
            var area = new PixelRect(i % 2 == 0 ? 0 : (int)cx, i < 2 ? 0 : (int)cy, i % 2 == 0 ? (int)cx : Side - (int)cx, i < 2 ? (int)cy : Side - (int)cy);
            var crop = RandomCrop.Draw(four[i].Picture.Width, four[i].Picture.Height, four[i].Boxes, ref dice);
            var view = crop is null ? four[i].Picture.View : four[i].Picture.View.Cut(crop.Value.Rect);
            var part = new byte[area.Width * area.Height * 3];
            resizer.Resize(view, part, area.Width, area.Height, Interpolation.Linear);
            for (var row = 0; row < area.Height; row++)
            {
                part.AsSpan(row * area.Width * 3, area.Width * 3).CopyTo(canvas.AsSpan((((area.Y + row) * Side) + area.X) * 3));
            }

            var (sx, sy) = ((float)area.Width / view.Width, (float)area.Height / view.Height);
            boxes.AddRange((crop?.Boxes ?? four[i].Boxes).Select(box => box.Map(-area.X / sx, -area.Y / sy, sx, sy)));
        }

        return new(new Picture(canvas, Side, Side, four[0].Picture.Order), [.. boxes]);
    }
}
