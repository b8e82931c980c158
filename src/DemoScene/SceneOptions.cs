namespace ShiTu.DemoScene;

/// <summary>Size, speed and content of the drawn belt.</summary>
public sealed record SceneOptions
{
    /// <summary>Width of a frame, pixels.</summary>
    public int Width { get; init; } = 1280;

    /// <summary>Height of a frame, pixels.</summary>
    public int Height { get; init; } = 720;

    /// <summary>Frames a second of scene time.</summary>
    public double FramesPerSecond { get; init; } = 10;

    /// <summary>Scene length in seconds.</summary>
    public double Seconds { get; init; } = 60;

    /// <summary>Everything random in the scene follows from it.</summary>
    public int Seed { get; init; } = 1;
}
