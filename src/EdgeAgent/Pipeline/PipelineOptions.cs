namespace ShiTu.EdgeAgent.Pipeline;

/// <summary>How frames are shared out to workers.</summary>
internal sealed record PipelineOptions
{
    /// <summary>Workers, each with its own detector and feature extractor.</summary>
    public int Workers { get; init; } = 1;

    /// <summary>Age at which a frame of a live camera is not worth the work any more.</summary>
    public TimeSpan MaxFrameAge { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>Skips frames in which nothing moved.</summary>
    public bool ChangeGate { get; init; } = true;

    /// <summary>Change of a cell's mean brightness (0..255) that counts as movement.</summary>
    public float ChangeThreshold { get; init; } = 4f;

    /// <summary>Longest time without a detector run, however still the picture.</summary>
    public TimeSpan DetectEvery { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>The <c>ffmpeg</c> program that decodes cameras and videos.</summary>
    public string Ffmpeg { get; init; } = "ffmpeg";

    /// <summary>What is wrong, each with its key.</summary>
    public IEnumerable<string> Validate(string path)
    {
        if (Workers is < 1 or > 64)
        {
            yield return $"{path}.workers: expected 1 to 64, not {Workers}.";
        }

        if (MaxFrameAge < TimeSpan.FromMilliseconds(10) || MaxFrameAge > TimeSpan.FromMinutes(1))
        {
            yield return $"{path}.max_frame_age: expected 10ms to 1m, not {MaxFrameAge:c}.";
        }

        if (!(ChangeThreshold is > 0 and <= 255))
        {
            yield return $"{path}.change_threshold: expected more than 0, at most 255, not {ChangeThreshold}.";
        }

        if (DetectEvery <= TimeSpan.Zero || DetectEvery > TimeSpan.FromMinutes(1))
        {
            yield return $"{path}.detect_every: expected more than 0s, at most 1m, not {DetectEvery:c}.";
        }

        if (string.IsNullOrWhiteSpace(Ffmpeg))
        {
            yield return $"{path}.ffmpeg: expected a program name or path, such as ffmpeg.";
        }
    }
}
