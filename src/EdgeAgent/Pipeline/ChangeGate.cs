using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using ShiTu.Inference.Imaging;

namespace ShiTu.EdgeAgent.Pipeline;

/// <summary>
/// Sees whether anything moved since the last frame that was worked on (not since the last frame: slow movement adds up). Mean brightness of a coarse grid, every few rows;
/// one cell that changed is enough. It only ever says that a frame shows what an earlier one showed: objects that stay are not its business.
/// </summary>
internal sealed class ChangeGate(float threshold)
{
    private const int Columns = 48;
    private const int Rows = 27;
    private const int RowStep = 3;
    private float[] _present = new float[Columns * Rows];
    private float[] _reference = new float[Columns * Rows];
    private (int Width, int Height) _size;

    /// <summary>Looks at a frame. True where it differs from the last one kept, or none was kept.</summary>
    public bool Moved(PictureView frame)
    {
        var same = _size == (frame.Width, frame.Height);
        var moved = !same;
        for (var row = 0; row < Rows; row++)
        {
            var top = row * frame.Height / Rows;
            var bottom = Math.Max(top + 1, (row + 1) * frame.Height / Rows);
            for (var column = 0; column < Columns; column++)
            {
                var left = column * frame.Width / Columns;
                var right = Math.Max(left + 1, (column + 1) * frame.Width / Columns);
                var at = (row * Columns) + column;
                _present[at] = Mean(frame, left, right, top, Math.Min(bottom, frame.Height));
                moved |= Math.Abs(_present[at] - _reference[at]) > threshold;
            }
        }

        return moved;
    }

    /// <summary>The frame last looked at is worked on: later ones are compared with it.</summary>
    public void Keep(PictureView frame)
    {
        (_present, _reference) = (_reference, _present);
        _size = (frame.Width, frame.Height);
    }

    private static float Mean(PictureView frame, int left, int right, int top, int bottom)
    {
        var sum = 0L;
        var rows = 0;
        for (var y = top; y < bottom; y += RowStep)
        {
            sum += Sum(frame.Pixels.Slice((y * frame.Stride) + (left * 3), (right - left) * 3));
            rows++;
        }

        return (float)sum / (rows * (right - left) * 3);
    }

    private static long Sum(ReadOnlySpan<byte> samples)
    {
        var sum = 0L;
        var at = 0;
        while (samples.Length - at >= Vector128<byte>.Count)
        {
            // Two bytes a lane and step: 128 steps fit into 16 bits.
            var lanes = Vector128<ushort>.Zero;
            for (var step = 0; step < 128 && samples.Length - at >= Vector128<byte>.Count; step++, at += Vector128<byte>.Count)
            {
                var bytes = Vector128.LoadUnsafe(ref MemoryMarshal.GetReference(samples), (nuint)at);
                lanes += Vector128.WidenLower(bytes) + Vector128.WidenUpper(bytes);
            }

            sum += Vector128.Sum(Vector128.WidenLower(lanes) + Vector128.WidenUpper(lanes));
        }

        for (; at < samples.Length; at++)
        {
            sum += samples[at];
        }

        return sum;
    }
}
