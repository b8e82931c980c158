namespace ShiTu.EdgeAgent.Tracking;

/// <summary>How detections become objects, and looks become verdicts (decision 5).</summary>
internal sealed record TrackingOptions
{
    /// <summary>Frames in which an object must be seen before it is opened.</summary>
    public int OpenAfter { get; init; } = 2;

    /// <summary>How long an object may be missed before it is closed.</summary>
    public TimeSpan CloseAfter { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How long a camera may give nothing before what it last showed is closed.</summary>
    public TimeSpan ForgetAfter { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Least looks (embeddings) a verdict is based on.</summary>
    public int MinLooks { get; init; } = 3;

    /// <summary>Weighted share of the looks that must agree, 0..1.</summary>
    public float MinAgreement { get; init; } = 0.6f;

    /// <summary>Looks after which an object that resembles no item counts as unknown while it is still there.</summary>
    public int UnknownAfter { get; init; } = 8;

    /// <summary>Similarity wanted above the threshold with one look; with n looks the n-th part of it. Early verdicts must be clearer.</summary>
    public float Caution { get; init; } = 0.1f;

    /// <summary>Most looks a frame over all objects of a camera.</summary>
    public int LooksPerFrame { get; init; } = 6;

    /// <summary>How often a settled object that stays where it is is looked at again.</summary>
    public TimeSpan RecheckEvery { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Objects at once a camera.</summary>
    public int MaxObjects { get; init; } = 32;

    /// <summary>What is wrong, each with its key.</summary>
    public IEnumerable<string> Validate(string path)
    {
        foreach (var (key, value, most) in new[]
        {
            ("open_after", OpenAfter, 100), ("min_looks", MinLooks, 16), ("unknown_after", UnknownAfter, 1000), ("looks_per_frame", LooksPerFrame, 64), ("max_objects", MaxObjects, 256),
        })
        {
            if (value < 1 || value > most)
            {
                yield return $"{path}.{key}: expected 1 to {most}, not {value}.";
            }
        }

        foreach (var (key, value) in new[] { ("min_agreement", MinAgreement), ("caution", Caution) })
        {
            if (!(value >= 0 && value <= 1))
            {
                yield return $"{path}.{key}: expected 0 to 1, not {value}.";
            }
        }

        foreach (var (key, value) in new[] { ("close_after", CloseAfter), ("forget_after", ForgetAfter), ("recheck_every", RecheckEvery) })
        {
            if (value < TimeSpan.FromMilliseconds(10) || value > TimeSpan.FromHours(1))
            {
                yield return $"{path}.{key}: expected 10ms to 1h, not {value:c}.";
            }
        }
    }
}
