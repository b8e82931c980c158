using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace ShiTu.Trainer.Detection.Data;

/// <summary>Changes interleaved RGB bytes eight pixels at a time.</summary>
internal static class PixelBlocks
{
    private const int Half = 12;
    private const int Block = 2 * Half;

    // Bytes that a block reads: its second half is loaded as sixteen.
    private const int Reach = Half + 16;

    /// <summary>Changes every pixel in place.</summary>
    /// <param name="rgb">Whole pixels, three bytes each.</param>
    /// <param name="change">What becomes of a pixel.</param>
    public static void Change<T>(Span<byte> rgb, T change)
        where T : struct, IPixelChange
    {
        while (rgb.Length >= Reach)
        {
            ChangeBlock(ref MemoryMarshal.GetReference(rgb), change);
            rgb = rgb[Block..];
        }

        // The last pixels have nothing behind them that may be read: they are changed in a place of their own.
        Span<byte> rest = stackalloc byte[Block + Reach];
        rest.Clear();
        rgb.CopyTo(rest);
        ChangeBlock(ref MemoryMarshal.GetReference(rest), change);
        ChangeBlock(ref rest[Block], change);
        rest[..rgb.Length].CopyTo(rgb);
    }

    private static void ChangeBlock<T>(ref byte first, T change)
        where T : struct, IPixelChange
    {
        var pixels = Vector256.Create(Spread(Vector128.LoadUnsafe(ref first)), Spread(Vector128.LoadUnsafe(ref first, Half)));
        var channel = Vector256.Create(0xFF);
        var (r, g, b) = change.Of(pixels & channel, (pixels >>> 8) & channel, pixels >>> 16);
        var changed = r | (g << 8) | (b << 16);

        // The first half's last four bytes are the second half's, which come next.
        Join(changed.GetLower()).StoreUnsafe(ref first);
        var second = Join(changed.GetUpper());
        Unsafe.WriteUnaligned(ref Unsafe.Add(ref first, Half), second.AsUInt64().ToScalar());
        Unsafe.WriteUnaligned(ref Unsafe.Add(ref first, Half + 8), second.AsUInt32().GetElement(2));
    }

    // Twelve bytes to four pixels of four bytes each, the fourth 0; an index outside gives 0.
    private static Vector128<int> Spread(Vector128<byte> bytes) =>
        Vector128.Shuffle(bytes, Vector128.Create((byte)0, 1, 2, 255, 3, 4, 5, 255, 6, 7, 8, 255, 9, 10, 11, 255)).AsInt32();

    private static Vector128<byte> Join(Vector128<int> pixels) =>
        Vector128.Shuffle(pixels.AsByte(), Vector128.Create((byte)0, 1, 2, 4, 5, 6, 8, 9, 10, 12, 13, 14, 255, 255, 255, 255));
}
