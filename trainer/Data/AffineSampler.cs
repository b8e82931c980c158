using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace ShiTu.Trainer.Data;

/// <summary>Crop, flip, rotation, resize, light and colour of one picture in one pass: bilinear, a pixel a vector.</summary>
internal static class AffineSampler
{
    private static readonly Vector128<float> Luma = Vector128.Create(0.299f, 0.587f, 0.114f, 0);

    /// <summary>Writes a random view of <paramref name="source"/>, size · size · 3 bytes.</summary>
    public static void Augment(CachedPicture source, Span<byte> target, int size, AugmentationOptions options, ref Dice dice)
    {
        var (width, height, x, y) = Crop(options, ref dice);
        var flip = dice.Chance(options.Flip) ? -1f : 1f;
        var angle = dice.Chance(options.Rotate) ? dice.Next(-options.Degrees, options.Degrees) * Math.PI / 180 : 0;
        var (sin, cos) = ((float)Math.Sin(angle), (float)Math.Cos(angle));
        var side = source.Side;
        Span<float> map =
        [
            cos * flip * width * side, -sin * height * side, x * side,
            sin * flip * width * side, cos * height * side, y * side,
        ];
        Sample(source, target, size, map, Colour(options, ref dice), options.BlackBorder);
        if (dice.Chance(options.Erase))
        {
            Erase(target, size, ref dice);
        }
    }

    /// <summary>Writes the whole picture, resized.</summary>
    public static void Whole(CachedPicture source, Span<byte> target, int size)
    {
        if (source.Side == size)
        {
            source.Pixels.AsSpan(0, size * size * 3).CopyTo(target);
            return;
        }

        var side = source.Side;
        Span<float> map = [side, 0, side / 2f, 0, side, side / 2f];
        Sample(source, target, size, map, ColourChange.None, black: false);
    }

    private static (float Width, float Height, float X, float Y) Crop(AugmentationOptions options, ref Dice dice)
    {
        var area = dice.Next(options.MinArea, options.MaxArea);
        var limit = Math.Log(options.Aspect);
        var aspect = Math.Exp(dice.Next(-limit, limit));
        var width = Math.Min(1, Math.Sqrt(area * aspect));
        var height = Math.Min(1, Math.Sqrt(area / aspect));
        return ((float)width, (float)height, (float)((width / 2) + dice.Next(0, 1 - width)), (float)((height / 2) + dice.Next(0, 1 - height)));
    }

    private static ColourChange Colour(AugmentationOptions options, ref Dice dice)
    {
        var light = 1 + dice.Next(-options.Light, options.Light);
        var contrast = (float)(1 + dice.Next(-options.Contrast, options.Contrast));
        var saturation = (float)(1 + dice.Next(-options.Saturation, options.Saturation));
        float Gain(ref Dice d) => (float)(light * (1 + d.Next(-options.Tint, options.Tint)));
        var gain = Vector128.Create(Gain(ref dice), Gain(ref dice), Gain(ref dice), 0);
        return new ColourChange(gain * contrast, gain * (115 * (1 - contrast)), saturation);
    }

    /// <summary><paramref name="map"/>: output position in -0.5 … 0.5 (x, y) to source pixels.</summary>
    private static void Sample(CachedPicture source, Span<byte> target, int size, ReadOnlySpan<float> map, ColourChange colour, bool black)
    {
        ref var pixels = ref MemoryMarshal.GetArrayDataReference(source.Pixels);
        var side = source.Side;
        var last = side - 1;
        var step = 1f / size;
        var at = 0;
        for (var row = 0; row < size; row++)
        {
            var v = ((row + 0.5f) * step) - 0.5f;
            for (var column = 0; column < size; column++, at += 3)
            {
                var u = ((column + 0.5f) * step) - 0.5f;
                var sx = (map[0] * u) + (map[1] * v) + map[2] - 0.5f;
                var sy = (map[3] * u) + (map[4] * v) + map[5] - 0.5f;
                if (black && (sx < -0.5f || sy < -0.5f || sx > last + 0.5f || sy > last + 0.5f))
                {
                    target[at] = target[at + 1] = target[at + 2] = 0;
                    continue;
                }

                sx = Math.Clamp(sx, 0, last);
                sy = Math.Clamp(sy, 0, last);
                var (x0, y0) = ((int)sx, (int)sy);
                var (fx, fy) = (sx - x0, sy - y0);
                var right = x0 < last ? 3 : 0;
                var below = y0 < last ? side * 3 : 0;
                var corner = ((y0 * side) + x0) * 3;
                var top = Mix(Pixel(ref pixels, corner), Pixel(ref pixels, corner + right), fx);
                var bottom = Mix(Pixel(ref pixels, corner + below), Pixel(ref pixels, corner + below + right), fx);
                var value = colour.Apply(Mix(top, bottom, fy));
                var rounded = Vector128.ConvertToInt32(Vector128.Min(Vector128.Max(value, Vector128<float>.Zero), Vector128.Create(255f)) + Vector128.Create(0.5f));
                target[at] = (byte)rounded[0];
                target[at + 1] = (byte)rounded[1];
                target[at + 2] = (byte)rounded[2];
            }
        }
    }

    private static void Erase(Span<byte> target, int size, ref Dice dice)
    {
        var area = dice.Next(0.02, 0.2) * size * size;
        var aspect = Math.Exp(dice.Next(-1.0, 1.0));
        var (width, height) = (Math.Clamp((int)Math.Sqrt(area * aspect), 1, size), Math.Clamp((int)Math.Sqrt(area / aspect), 1, size));
        var (left, top) = (dice.Next(size - width + 1), dice.Next(size - height + 1));
        var colour = dice.NextBits();
        for (var y = top; y < top + height; y++)
        {
            for (var x = left; x < left + width; x++)
            {
                var at = ((y * size) + x) * 3;
                (target[at], target[at + 1], target[at + 2]) = ((byte)colour, (byte)(colour >> 8), (byte)(colour >> 16));
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<float> Pixel(ref byte pixels, int at)
    {
        var packed = Unsafe.ReadUnaligned<uint>(ref Unsafe.Add(ref pixels, at));
        packed = BitConverter.IsLittleEndian ? packed : BinaryPrimitives.ReverseEndianness(packed);
        var words = Vector128.WidenLower(Vector128.CreateScalar(packed).AsByte());
        return Vector128.ConvertToSingle(Vector128.WidenLower(words).AsInt32());
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<float> Mix(Vector128<float> a, Vector128<float> b, float share) => Vector128.FusedMultiplyAdd(b - a, Vector128.Create(share), a);

    private readonly record struct ColourChange(Vector128<float> Gain, Vector128<float> Offset, float Saturation)
    {
        public static ColourChange None => new(Vector128.Create(1f), Vector128<float>.Zero, 1);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector128<float> Apply(Vector128<float> pixel)
        {
            var grey = Vector128.Create(Vector128.Dot(pixel, Luma));
            return Vector128.FusedMultiplyAdd(Mix(grey, pixel, Saturation), Gain, Offset);
        }
    }
}
