using System.Runtime.InteropServices;
using ShiTu.Inference.Imaging;
using ShiTu.Trainer.Detection.Assignment;

namespace ShiTu.Trainer.Detection.Data;

/// <summary>A picture onto which objects are pasted, with the owner of every pixel, so that hidden objects are known.</summary>
internal sealed class PasteCanvas
{
    private readonly byte[] _pixels;
    private readonly byte[] _owner;
    private readonly int _width;
    private readonly int _height;
    private readonly List<(Box Box, int Pixels)> _objects = [];

    public PasteCanvas(byte[] pixels, int width, int height, IEnumerable<Box> boxes)
    {
        (_pixels, _width, _height) = (pixels, width, height);
        _owner = new byte[width * height];
        foreach (var box in boxes)
        {
            Own(box);
        }
    }

    /// <summary>Objects so far.</summary>
    public int Count => _objects.Count;

    /// <summary>Box of the newest object.</summary>
    public Box Newest => _objects[^1].Box;

    /// <summary>Pastes premultiplied RGBA at a place, its light multiplied, with a soft shadow where wanted.</summary>
    public void Paste((byte[] Rgba, int Width, int Height) piece, int left, int top, float light, int shadow)
    {
        if (shadow > 0)
        {
            Shade(piece, left + shadow, top + shadow);
        }

        var id = (byte)(_objects.Count + 1);
        var pixels = 0;
        var (x1, y1, x2, y2) = (int.MaxValue, int.MaxValue, -1, -1);
        for (var y = 0; y < piece.Height; y++)
        {
            var row = MemoryMarshal.Cast<byte, uint>(piece.Rgba.AsSpan(y * piece.Width * 4, piece.Width * 4));
            var ty = top + y;
            for (var x = 0; x < row.Length; x++)
            {
                var (rgba, tx) = (row[x], left + x);
                var opaque = rgba >> 24 > 127;
                pixels += opaque ? 1 : 0;
                if (rgba >> 24 == 0 || (uint)tx >= (uint)_width || (uint)ty >= (uint)_height)
                {
                    continue;
                }

                var at = (ty * _width) + tx;
                Blend(_pixels.AsSpan(at * 3, 3), rgba, light);
                if (opaque)
                {
                    _owner[at] = id;
                    (x1, y1, x2, y2) = (Math.Min(x1, tx), Math.Min(y1, ty), Math.Max(x2, tx), Math.Max(y2, ty));
                }
            }
        }

        _objects.Add((x2 < 0 ? default : new Box(x1, y1, x2 + 1, y2 + 1), Math.Max(1, pixels)));
    }

    /// <summary>The picture and the boxes of what is visible enough.</summary>
    /// <param name="visible">Least share of an object's pixels that nothing covers and that lies inside.</param>
    public Sample Finish(double visible)
    {
        var seen = new int[_objects.Count + 1];
        foreach (var owner in _owner)
        {
            seen[owner]++;
        }

        var boxes = _objects.Where((o, i) => o.Box.Width >= 4 && o.Box.Height >= 4 && seen[i + 1] >= visible * o.Pixels).Select(o => o.Box);
        return new(new Picture(_pixels, _width, _height, PixelOrder.Rgb), [.. boxes], Drawn: true);
    }

    private void Own(Box box)
    {
        var id = (byte)(_objects.Count + 1);
        var clipped = box.Clip(_width, _height);
        for (var y = (int)clipped.Y1; y < (int)clipped.Y2; y++)
        {
            _owner.AsSpan((y * _width) + (int)clipped.X1, Math.Max(0, (int)clipped.X2 - (int)clipped.X1)).Fill(id);
        }

        _objects.Add((box, Math.Max(1, (int)box.Area)));
    }

    private void Shade((byte[] Rgba, int Width, int Height) piece, int left, int top)
    {
        var (from, to) = (Math.Max(0, -left), Math.Min(piece.Width, _width - left));
        for (var y = Math.Max(0, -top); y < Math.Min(piece.Height, _height - top); y++)
        {
            for (var x = from; x < to; x++)
            {
                if (piece.Rgba[(((y * piece.Width) + x) * 4) + 3] == 0)
                {
                    continue;
                }

                foreach (ref var sample in _pixels.AsSpan((((top + y) * _width) + left + x) * 3, 3))
                {
                    sample = (byte)(sample * 7 / 10);
                }
            }
        }
    }

    private static void Blend(Span<byte> target, uint rgba, float light)
    {
        var rest = 255 - (int)(rgba >> 24);
        for (var c = 0; c < 3; c++)
        {
            target[c] = (byte)Math.Min(255, ((byte)(rgba >> (8 * c)) * light) + (target[c] * rest / 255));
        }
    }
}
