using System.Runtime.Intrinsics;

namespace ShiTu.Trainer.Detection.Data;

/// <summary>Lightness of a colour by PIL's whole-number weights, 0 to 255 (detector.md 4.1.2).</summary>
internal static class Luma
{
    private const int Red = 19595;
    private const int Green = 38470;
    private const int Blue = 7471;
    private const int Half = 1 << 15;

    /// <summary>Of one pixel.</summary>
    public static int Of(byte r, byte g, byte b) => ((Red * r) + (Green * g) + (Blue * b) + Half) >> 16;

    /// <summary>Of eight pixels, each channel 0 to 255.</summary>
    public static Vector256<int> Of(Vector256<int> r, Vector256<int> g, Vector256<int> b) => ((r * Red) + (g * Green) + (b * Blue) + Vector256.Create(Half)) >>> 16;
}
