using ShiTu.Trainer.Networks;

namespace ShiTu.Trainer.Detection.Networks;

/// <summary>The options of the main-body detector (detector.md 1.7): one network, two presets.</summary>
public sealed record DetectorShape
{
    /// <summary>What upstream deploys, and the default: 96 channels, 3x3, two head pairs, leaky ReLU.</summary>
    public static DetectorShape MainbodyLite { get; } = new() { Preset = "mainbody-lite" };

    /// <summary>What upstream's configuration builds: 128 channels, 5x5, four head pairs, hard swish.</summary>
    public static DetectorShape PicodetLcnet { get; } = new() { Preset = "picodet-lcnet", Channels = 128, NeckKernel = 5, HeadPairs = 4, Activation = Activation.HardSwish };

    /// <summary>Name of the preset these options started from.</summary>
    public string Preset { get; init; } = "mainbody-lite";

    /// <summary>Width of the backbone, 0.25 to 2.5.</summary>
    public double Scale { get; init; } = 1.0;

    /// <summary>Channels of neck and head; half of it inside a CSP layer.</summary>
    public int Channels { get; init; } = 96;

    /// <summary>Side of the depthwise kernels in the neck.</summary>
    public int NeckKernel { get; init; } = 3;

    /// <summary>Depthwise-pointwise pairs of each level's tower.</summary>
    public int HeadPairs { get; init; } = 2;

    /// <summary>Activation of neck and head.</summary>
    public Activation Activation { get; init; } = Activation.SlightlyLeakyRelu;

    /// <summary>Classes; 1 for the main-body detector.</summary>
    public int Classes { get; init; } = 1;

    /// <summary>Channels of a level's prediction: classes and four sides of eight bins.</summary>
    public int Outputs => Classes + (4 * Bins);

    /// <summary>Bins a side, 0 to 7 strides.</summary>
    public const int Bins = 8;

    /// <summary>Pixels a cell of each output level.</summary>
    public static IReadOnlyList<int> Strides { get; } = [8, 16, 32, 64];

    /// <summary>A preset at a backbone scale.</summary>
    /// <exception cref="ArgumentException">No such preset, or a scale outside 0.25 to 2.5.</exception>
    public static DetectorShape Named(string preset, double scale)
    {
        var shape = preset switch
        {
            "mainbody-lite" => MainbodyLite,
            "picodet-lcnet" => PicodetLcnet,
            _ => throw new ArgumentException($"'{preset}' is no detector preset; there are mainbody-lite and picodet-lcnet.", nameof(preset)),
        };
        return scale is >= 0.25 and <= 2.5 ? shape with { Scale = scale } : throw new ArgumentException($"A backbone scale of {scale} is outside 0.25 to 2.5.", nameof(scale));
    }
}
