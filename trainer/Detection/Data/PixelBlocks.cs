using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace ShiTu.Trainer.Detection.Data;

/// <summary>Changes interleaved RGB bytes eight pixels at a time.</summary>
internal static class PixelBlocks
{
    private const int Pixels = 8;
    private const int Bytes = Pixels * 3;

    /// <summary>Changes every pixel in place.</summary>
    /// <param name="rgb">Whole pixels, three bytes each.</param>
    /// <param name="change">What becomes of a pixel.</param>
    public static void Change<T>(Span<byte> rgb, T change)
        where T : struct, IPixelChange
    {
        // The last pixel of a block is read and written with the byte behind it, so the end of the picture goes through a block of its own.
        while (rgb.Length > Bytes)
        {
            ChangeBlock(ref MemoryMarshal.GetReference(rgb), change);
            rgb = rgb[Bytes..];
        }

        Span<byte> rest = stackalloc byte[Bytes + 1];
        rest.Clear();
        rgb.CopyTo(rest);
        ChangeBlock(ref MemoryMarshal.GetReference(rest), change);
        rest[..rgb.Length].CopyTo(rgb);
    }

    private static void ChangeBlock<T>(ref byte first, T change)
        where T : struct, IPixelChange
    {
        var pixels = Vector256.Create(
            Load(ref first, 0), Load(ref first, 3), Load(ref first, 6), Load(ref first, 9), Load(ref first, 12), Load(ref first, 15), Load(ref first, 18), Load(ref first, 21));
        var channel = Vector256.Create(0xFF);
        var (r, g, b) = change.Of(pixels & channel, (pixels >>> 8) & channel, (pixels >>> 16) & channel);
        var changed = (pixels & Vector256.Create(unchecked((int)0xFF000000))) | (b << 16) | (g << 8) | r;

        // In rising order: the fourth byte of a pixel is the next one's first, which then takes its place.
        for (var i = 0; i < Pixels; i++)
        {
            Unsafe.WriteUnaligned(ref Unsafe.Add(ref first, i * 3), changed.GetElement(i));
        }
    }

    private static int Load(ref byte first, int at) => Unsafe.ReadUnaligned<int>(ref Unsafe.Add(ref first, at));
}
