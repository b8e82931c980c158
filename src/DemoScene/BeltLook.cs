namespace ShiTu.DemoScene;

/// <summary>How the belt under the products looks. Colours are 0xRRGGBB.</summary>
public sealed record BeltLook
{
    /// <summary>The rubber.</summary>
    public int Colour { get; init; } = 0x34363A;

    /// <summary>The rails at both sides.</summary>
    public int Rails { get; init; } = 0x9BA0A6;

    /// <summary>Contrast of the rubber's grain, 0..1.</summary>
    public double Grain { get; init; } = 0.35;

    /// <summary>Lines along or across the rubber: 0 none, 1 fine ribs, 2 wide ribs, 3 a mesh.</summary>
    public int Ribs { get; init; } = 1;

    /// <summary>Light at the dark end of its change over time, 1 for none, 0.5 to 1.</summary>
    public double Dimmest { get; init; } = 0.86;

    /// <summary>Strength of the camera's noise, grey levels, 0 to 16.</summary>
    public int Noise { get; init; } = 4;

    /// <summary>Where the light comes from, degrees; shadows fall the other way.</summary>
    public double LightFrom { get; init; } = 225;

    /// <summary>Opacity of the shadows, 0..1.</summary>
    public double Shadow { get; init; } = 0.5;

    /// <summary>A belt drawn by lot: rubber of any dark or pale colour, other ribs, other light.</summary>
    public static BeltLook FromSeed(int seed)
    {
        var random = new Random(seed ^ 0x5CE7E);
        var grey = random.Next(4) == 0 ? random.Next(150, 235) : random.Next(22, 120);
        int Channel() => Math.Clamp(grey + random.Next(-18, 19), 0, 255);
        return new BeltLook
        {
            Colour = (Channel() << 16) | (Channel() << 8) | Channel(),
            Rails = random.Next(0x1000000) | 0x404040,
            Grain = random.NextDouble(),
            Ribs = random.Next(4),
            Dimmest = 0.6 + (random.NextDouble() * 0.4),
            Noise = random.Next(11),
            LightFrom = random.NextDouble() * 360,
            Shadow = 0.2 + (random.NextDouble() * 0.5),
        };
    }
}
