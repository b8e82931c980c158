namespace ShiTu.EdgeAgent.Capture;

/// <summary>A bright square that wanders over a gradient: cheap to draw, never still. For measuring.</summary>
internal static class SyntheticDrawing
{
    /// <summary>Draws frame <paramref name="index"/> into <paramref name="bgr"/>.</summary>
    public static void Draw(long index, int width, int height, Span<byte> bgr)
    {
        var side = Math.Max(1, Math.Min(width, height) / 4);
        var left = (int)(index * 7 % Math.Max(1, width - side));
        var top = (int)(index * 3 % Math.Max(1, height - side));
        for (var y = 0; y < height; y++)
        {
            var row = bgr.Slice(y * width * 3, width * 3);
            row.Fill((byte)(32 + (y * 64 / height)));
            if (y >= top && y < top + side)
            {
                row.Slice(left * 3, side * 3).Fill((byte)(160 + (index % 64)));
            }
        }
    }
}
