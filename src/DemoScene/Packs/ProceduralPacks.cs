using SkiaSharp;

namespace ShiTu.DemoScene.Packs;

/// <summary>Endless packs that no shop sells: shape, colours, print, emblem and letters drawn by lot. Material for trainers; none is a product of the demo shop.</summary>
public static class ProceduralPacks
{
    private const string Letters = "ABCDEFGHIKLMNOPRSTUVZÅÄÖ";
    private const string Foreign = "ΛΔΣΩΦΠΘΞΓΨЯЖИД山日水木茶田メカツのキتمرش";

    /// <summary>The pack of <paramref name="seed"/>; the same seed gives the same pack.</summary>
    public static SceneProduct Create(int seed)
    {
        var random = new Random(seed);
        var shape = (PackShape)random.Next(12);
        var (width, height) = shape switch
        {
            PackShape.Bottle => (Range(random, 72, 116), Range(random, 270, 345)),
            PackShape.Jug => (Range(random, 150, 205), Range(random, 220, 280)),
            PackShape.Carton => (Range(random, 96, 150), Range(random, 190, 280)),
            PackShape.Can => (Range(random, 92, 146), Range(random, 130, 210)),
            PackShape.Jar => (Range(random, 100, 150), Range(random, 130, 190)),
            PackShape.Bag => (Range(random, 140, 220), Range(random, 180, 280)),
            PackShape.Bar => (Range(random, 150, 250), Range(random, 60, 110)),
            PackShape.Tin => (Range(random, 150, 210), Range(random, 90, 140)),
            PackShape.Tray => (Range(random, 150, 230), Range(random, 120, 180)),
            PackShape.Tube => (Range(random, 64, 96), Range(random, 220, 290)),
            PackShape.Tub => (Range(random, 120, 220), 0f),
            _ => (Range(random, 90, 220), Range(random, 110, 300)),
        };
        var hue = random.NextSingle() * 360;
        var away = random.Next(3) switch { 0 => 180f, 1 => 120f, _ => 35f };
        var label = random.Next(3) switch { 0 => Tone(random, hue + away), 1 => Hsl(hue, 0.5f, 0.93f), _ => Hsl(hue + away, 0.6f, 0.16f) };
        var dark = Luminance(label) < 0.5f;
        var name = Word(random, 2 + random.Next(4));
        var look = new PackLook(shape, width, height == 0 ? width : height)
        {
            Ground = random.Next(5) switch { 0 => Hsl(hue, 0.2f, 0.94f), 1 => Hsl(hue, 0.4f, 0.1f), _ => Tone(random, hue) },
            Second = Tone(random, hue + (away * 0.6f)),
            Accent = Tone(random, hue + away),
            Label = label,
            Ink = dark ? Hsl(hue, 0.5f, 0.92f) : Hsl(hue + away, 0.7f, 0.2f),
            Cap = Tone(random, hue + (random.Next(2) * away)),
            Pattern = (PackPattern)random.Next(18),
            Cell = Range(random, 12, 44),
            Layout = (LabelLayout)random.Next(6),
            LabelAt = Range(random, 0.35f, 0.65f),
            LabelSize = Range(random, 0.35f, 0.75f),
            Emblem = (PackEmblem)random.Next(20),
            Text = name,
            Small = random.Next(3) == 0 ? Word(random, 5 + random.Next(5)) : "",
        };
        return new SceneProduct($"pack-{seed}", name, false) { Look = look };
    }

    /// <summary><paramref name="count"/> packs, of the seeds from <paramref name="first"/> on.</summary>
    public static IReadOnlyList<SceneProduct> CreateMany(int first, int count) => [.. Enumerable.Range(first, count).Select(Create)];

    private static float Range(Random random, float from, float to) => from + (random.NextSingle() * (to - from));

    private static SKColor Tone(Random random, float hue) => Hsl(hue, 0.45f + (random.NextSingle() * 0.5f), 0.25f + (random.NextSingle() * 0.45f));

    private static SKColor Hsl(float hue, float saturation, float light) => SKColor.FromHsl(((hue % 360) + 360) % 360, saturation * 100, light * 100);

    private static float Luminance(SKColor color) => ((0.3f * color.Red) + (0.59f * color.Green) + (0.11f * color.Blue)) / 255;

    private static string Word(Random random, int length)
    {
        var alphabet = random.Next(4) == 0 ? Foreign : Letters;
        return string.Create(length, (random, alphabet), static (word, from) =>
        {
            for (var i = 0; i < word.Length; i++)
            {
                word[i] = from.alphabet[from.random.Next(from.alphabet.Length)];
            }
        });
    }
}
