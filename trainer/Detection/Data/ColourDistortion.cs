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
    internal static void Saturate(Span<byte> rgb, float factor) => PixelBlocks.Change(rgb, new Saturation(factor));

    /// <summary>Turns the colours: 256 steps are the full circle.</summary>
    internal static void ShiftHue(Span<byte> rgb, int steps)
    {
        if (steps != 0)
        {
            PixelBlocks.Change(rgb, new HueShift(steps));
        }
    }

    private static int MeanLuma(ReadOnlySpan<byte> rgb)
    {
        long sum = 0;
        for (var i = 0; i + 2 < rgb.Length; i += 3)
        {
            sum += Luma.Of(rgb[i], rgb[i + 1], rgb[i + 2]);
        }

        return (int)(((double)sum / (rgb.Length / 3)) + 0.5);
    }

    private static byte Truncate(float value) => (byte)Math.Clamp(value, 0, 255);
}
