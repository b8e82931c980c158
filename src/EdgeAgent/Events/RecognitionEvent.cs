namespace ShiTu.EdgeAgent.Events;

/// <summary>A box in whole pixels of the source frame.</summary>
internal readonly record struct EventBox(int X, int Y, int W, int H);

/// <summary>An event before the outbox gave it its sequence number and id (contract 1.1).</summary>
internal sealed record RecognitionEvent
{
    /// <summary>What happened.</summary>
    public required EventType Type { get; init; }

    /// <summary>Wall clock at which it happened.</summary>
    public required DateTimeOffset Time { get; init; }

    /// <summary>Camera name.</summary>
    public required string Camera { get; init; }

    /// <summary>Object id, <c>{camera}-{n}</c>, unique within a boot.</summary>
    public required string Object { get; init; }

    /// <summary>The verdict at that time.</summary>
    public required Verdict Verdict { get; init; }

    /// <summary>Where it is, or was last.</summary>
    public required EventBox Box { get; init; }

    /// <summary>Width of the source frame.</summary>
    public required int FrameWidth { get; init; }

    /// <summary>Height of the source frame.</summary>
    public required int FrameHeight { get; init; }

    /// <summary>Best detector score of the object so far, 0..1.</summary>
    public required float DetectorScore { get; init; }

    /// <summary>How many embeddings were voted on.</summary>
    public required int Looks { get; init; }

    /// <summary>Weighted share of the votes that agree, 0..1.</summary>
    public required float Agreement { get; init; }

    /// <summary>Model identity.</summary>
    public required string Model { get; init; }

    /// <summary>Gallery generation searched.</summary>
    public required long GalleryGeneration { get; init; }

    /// <summary>For <see cref="EventType.Closed"/>: how long it was there, milliseconds.</summary>
    public long? DurationMs { get; init; }

    /// <summary>For a picture or list source: the file it was seen in.</summary>
    public string? File { get; init; }
}
