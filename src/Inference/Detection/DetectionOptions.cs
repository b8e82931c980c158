namespace ShiTu.Inference.Detection;

/// <summary>Which of the detector's boxes are kept (<c>detector.md</c> 2.3).</summary>
public sealed record DetectionOptions
{
    /// <summary>Score above which (strictly) a box is a candidate, 0..1.</summary>
    public float ScoreThreshold { get; init; } = 0.2f;

    /// <summary>Boxes that overlap a kept one by more than this intersection over union are dropped, 0..1.</summary>
    public float IouThreshold { get; init; } = 0.6f;

    /// <summary>Most boxes a picture after NMS.</summary>
    public int MaxDetections { get; init; } = 5;
}
