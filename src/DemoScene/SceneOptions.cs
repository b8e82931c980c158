namespace ShiTu.DemoScene;

/// <summary>Size, speed and content of the drawn belt.</summary>
public sealed record SceneOptions
{
    /// <summary>Width of a frame, pixels, 64 to 8192.</summary>
    public int Width { get; init; } = 1280;

    /// <summary>Height of a frame, pixels, 64 to 8192. Everything is drawn to scale: sizes below are those of a frame of 720 lines.</summary>
    public int Height { get; init; } = 720;

    /// <summary>Frames a second of scene time, above 0.</summary>
    public double FramesPerSecond { get; init; } = 10;

    /// <summary>Scene length in seconds, above 0.</summary>
    public double Seconds { get; init; } = 60;

    /// <summary>Everything random in the scene follows from it.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>What is on the belt; null: the demo shop, strangers included.</summary>
    public IReadOnlyList<SceneProduct>? Products { get; init; }

    /// <summary>Colours and light of the belt.</summary>
    public BeltLook Belt { get; init; } = new();

    /// <summary>False: the belt starts and ends empty and everything crosses it whole, as in the demo. True: it is full from the first frame to the last, as training wants it.</summary>
    public bool Filled { get; init; }

    /// <summary>Mean way from one object to the next along the belt, pixels, 60 or more.</summary>
    public double Spacing { get; init; } = 390;

    /// <summary>Mean speed of the belt, pixels a second.</summary>
    public double Speed { get; init; } = 190;

    /// <summary>Size of the products, 1 as drawn, 0.25 to 2.</summary>
    public double ProductScale { get; init; } = 1;

    /// <summary>Share of the objects that lie partly on (or under) the one before, 0..1.</summary>
    public double OverlapShare { get; init; } = 0.2;

    internal void Check()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(Width, 64);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(Width, 8192);
        ArgumentOutOfRangeException.ThrowIfLessThan(Height, 64);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(Height, 8192);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(FramesPerSecond);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(Seconds);
        ArgumentOutOfRangeException.ThrowIfLessThan(Spacing, 60);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(Speed);
        ArgumentOutOfRangeException.ThrowIfLessThan(ProductScale, 0.25);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(ProductScale, 2);
        if (Products is { Count: 0 })
        {
            throw new ArgumentException("A scene needs at least one product.", nameof(Products));
        }
    }
}
