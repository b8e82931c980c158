using System.Runtime.Intrinsics;
using ShiTu.Trainer.Data;

namespace ShiTu.Trainer.Detection.Data;

/// <summary>Brightness, contrast, saturation and hue in random order, each with probability one half, by PIL's arithmetic on bytes (detector.md 4.1.2).</summary>
internal static class ColourDistortion
{
    /// <summary>Changes RGB bytes in place.</summary>
    public static void Apply(Span<byte> rgb, ref Dice dice)
    {
        Span<int> order = [0, 1, 2, 3];
        dice.Shuffle(order);
        foreach (var step in order)
        {
            if (!dice.Chance(0.5))
            {
                continue;
            }

            if (step == 3)
            {
                ShiftHue(rgb, (int)dice.Next(-18, 18));
                continue;
            }

            var factor = (float)dice.Next(0.5, 1.5);
            if (step == 2)
            {
                Saturate(rgb, factor);
            }
            else
            {
                Blend(rgb, step == 0 ? 0 : MeanLuma(rgb), factor);
            }
        }
    }

    /// <summary>Moves every sample away from (or towards) a grey: <c>grey + factor (v - grey)</c>, truncated.</summary>
    internal static void Blend(Span<byte> rgb, int grey, float factor)
    {
        Span<byte> table = stackalloc byte[256];
        for (var v = 0; v < 256; v++)
        {
            table[v] = Truncate(grey + (factor * (v - grey)));
        }

        foreach (ref var sample in rgb)
        {
            sample = table[sample];
        }
    }

    /// <summary>Moves every pixel away from (or towards) its own luma.</summary>
    internal static void Saturate(Span<byte> rgb, float factor)
    {
        for (var i = 0; i + 2 < rgb.Length; i += 3)
        {
            var luma = Luma(rgb[i], rgb[i + 1], rgb[i + 2]);
            var pixel = Vector128.Create(rgb[i] - luma, rgb[i + 1] - luma, rgb[i + 2] - luma, 0);
            var moved = Vector128.Create((float)luma) + (Vector128.Create(factor) * Vector128.ConvertToSingle(pixel));
            var bytes = Vector128.ConvertToInt32(Vector128.Clamp(moved, Vector128<float>.Zero, Vector128.Create(255f)));
            (rgb[i], rgb[i + 1], rgb[i + 2]) = ((byte)bytes[0], (byte)bytes[1], (byte)bytes[2]);
        }
    }

    /// <summary>Turns the colours: 256 steps are the full circle.</summary>
    internal static void ShiftHue(Span<byte> rgb, int steps)
    {
        if (steps == 0)
        {
            return;
        }

        for (var i = 0; i + 2 < rgb.Length; i += 3)
        {
            var (r, g, b) = (rgb[i], rgb[i + 1], rgb[i + 2]);
            int high = Math.Max(r, Math.Max(g, b)), low = Math.Min(r, Math.Min(g, b));
            if (high == low)
            {
                continue;
            }

            float span = high - low;
            var position = r == high ? (g - b) / span : g == high ? 2 + ((b - r) / span) : 4 + ((r - g) / span);
            position /= 6;
            var hue = ((int)((position - MathF.Floor(position)) * 255) + steps) & 255;
            var saturation = (int)(span * 255 / high);
            (rgb[i], rgb[i + 1], rgb[i + 2]) = FromHue(hue, saturation, high);
        }
    }

    private static (byte R, byte G, byte B) FromHue(int hue, int saturation, int value)
    {
        var position = hue * 6 / 255f;
        var sector = (int)position;
        var part = position - sector;
        var s = saturation / 255f;
        var low = Nearest(value * (1 - s));
        var falling = Nearest(value * (1 - (s * part)));
        var rising = Nearest(value * (1 - (s * (1 - part))));
        var top = (byte)value;
        return (sector % 6) switch
        {
            0 => (top, rising, low),
            1 => (falling, top, low),
            2 => (low, top, rising),
            3 => (low, falling, top),
            4 => (rising, low, top),
            _ => (top, low, falling),
        };
    }

    private static int MeanLuma(ReadOnlySpan<byte> rgb)
    {
        long sum = 0;
        for (var i = 0; i + 2 < rgb.Length; i += 3)
        {
            sum += Luma(rgb[i], rgb[i + 1], rgb[i + 2]);
        }

        return (int)(((double)sum / (rgb.Length / 3)) + 0.5);
    }

    private static int Luma(byte r, byte g, byte b) => ((19595 * r) + (38470 * g) + (7471 * b) + 32768) >> 16;

    private static byte Truncate(float value) => (byte)Math.Clamp(value, 0, 255);

    private static byte Nearest(float value) => (byte)Math.Clamp(value + 0.5f, 0, 255);
}
