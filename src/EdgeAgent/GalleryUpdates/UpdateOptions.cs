namespace ShiTu.EdgeAgent.GalleryUpdates;

/// <summary>Whose updates and commands are taken, and how large they may be (contract 2).</summary>
internal sealed record UpdateOptions
{
    /// <summary>Folder or files of trusted public keys (<c>*.pub</c>, PEM); empty takes no update and no command.</summary>
    public IReadOnlyList<string> TrustedKeys { get; init; } = [];

    /// <summary>Public key (PEM file) that may sign changes of the trusted keys; empty pins none.</summary>
    public string RootKey { get; init; } = "";

    /// <summary>Most items of a gallery.</summary>
    public int MaxItems { get; init; } = 200_000;

    /// <summary>Most views of a gallery.</summary>
    public int MaxViews { get; init; } = 1_000_000;

    /// <summary>Most bytes of all chunks together.</summary>
    public long MaxBytes { get; init; } = 4L << 30;

    /// <summary>Most pixels of a picture that is embedded here.</summary>
    public long MaxPicturePixels { get; init; } = 40_000_000;

    /// <summary>Least similarity with which a new item must find itself (canary).</summary>
    public double CanarySimilarity { get; init; } = 0.9;

    /// <summary>Share of new items that must find themselves first (look-alikes may tie).</summary>
    public double CanaryShare { get; init; } = 0.99;

    /// <summary>Folder of the shop's golden pictures, a sub-folder an item id; empty tries none.</summary>
    public string GoldenPictures { get; init; } = "";

    /// <summary>Most bytes of the files of a model set.</summary>
    public long MaxModelBytes { get; init; } = 256L << 20;

    /// <summary>Keeps a small picture of each view that is enrolled here (10 to 25 kB), so that another feature model can embed it anew.</summary>
    public bool KeepPictures { get; init; } = true;

    /// <summary>Most frames on which the next model set is compared with the one in use.</summary>
    public int ShadowFrames { get; init; } = 60;

    /// <summary>Longest time of that comparison; the frames are spread over it.</summary>
    public TimeSpan ShadowTime { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>Share of objects, 0..1, about which the sets may disagree; above it the next one is refused.</summary>
    public double ShadowLimit { get; init; } = 0.5;

    /// <summary>Refuses a model set where no object could be compared: cameras off, nothing on the belt.</summary>
    public bool ShadowRequired { get; init; }

    /// <summary>Commands taken a minute; more are refused as <c>busy</c>.</summary>
    public int CommandsPerMinute { get; init; } = 120;

    /// <summary>Longest validity of a command that is believed.</summary>
    public TimeSpan MaxCommandValidity { get; init; } = TimeSpan.FromDays(1);

    /// <summary>What is wrong, each with its key.</summary>
    public IEnumerable<string> Validate(string path)
    {
        if (MaxItems is < 1 or > 10_000_000)
        {
            yield return $"{path}.max_items: expected 1 to 10000000, not {MaxItems}.";
        }

        if (MaxViews is < 1 or > 100_000_000)
        {
            yield return $"{path}.max_views: expected 1 to 100000000, not {MaxViews}.";
        }

        if (MaxBytes < 1 << 20)
        {
            yield return $"{path}.max_bytes: expected at least 1048576 (1 MiB), not {MaxBytes}.";
        }

        if (MaxPicturePixels is < 1 or > 1_000_000_000)
        {
            yield return $"{path}.max_picture_pixels: expected 1 to 1000000000, not {MaxPicturePixels}.";
        }

        if (CanarySimilarity is not (>= -1 and <= 1))
        {
            yield return $"{path}.canary_similarity: expected -1 to 1, not {CanarySimilarity}.";
        }

        if (CanaryShare is not (>= 0 and <= 1))
        {
            yield return $"{path}.canary_share: expected 0 to 1, not {CanaryShare}.";
        }

        if (MaxModelBytes < 1 << 20)
        {
            yield return $"{path}.max_model_bytes: expected at least 1048576 (1 MiB), not {MaxModelBytes}.";
        }

        if (ShadowFrames is < 1 or > 100_000)
        {
            yield return $"{path}.shadow_frames: expected 1 to 100000, not {ShadowFrames}.";
        }

        if (ShadowTime < TimeSpan.FromSeconds(1) || ShadowTime > TimeSpan.FromDays(7))
        {
            yield return $"{path}.shadow_time: expected 1s to 7d.";
        }

        if (ShadowLimit is not (>= 0 and <= 1))
        {
            yield return $"{path}.shadow_limit: expected 0 to 1, not {ShadowLimit}.";
        }

        if (CommandsPerMinute is < 1 or > 100_000)
        {
            yield return $"{path}.commands_per_minute: expected 1 to 100000, not {CommandsPerMinute}.";
        }

        if (MaxCommandValidity < TimeSpan.FromSeconds(1) || MaxCommandValidity > TimeSpan.FromDays(365))
        {
            yield return $"{path}.max_command_validity: expected 1s to 365d.";
        }
    }
}
