using System.Text.Json.Serialization;

namespace ShiTu.EdgeAgent.Recognition;

/// <summary>How boxes become verdicts.</summary>
internal sealed record RecognitionOptions
{
    private const float OwnDetectorThreshold = 0.3f;
    private const float UpstreamDetectorThreshold = 0.2f;

    /// <summary>Similarity from which a box is recognised, -1..1, where the gallery was not calibrated.</summary>
    public float Threshold { get; init; } = 0.5f;

    /// <summary>Takes the gallery's calibrated thresholds where it has them.</summary>
    public bool Calibrated { get; init; } = true;

    /// <summary>Least distance to the best candidate with another label; a smaller one is ambiguous.</summary>
    public float Margin { get; init; } = 0.08f;

    /// <summary>What part the whole picture plays.</summary>
    public WholePicture WholePicture { get; init; } = WholePicture.Fallback;

    /// <summary>Upstream's rule exactly: the whole picture competes, one threshold, NMS by similarity. Stands above <see cref="WholePicture"/>.</summary>
    public bool Parity { get; init; }

    /// <summary>Candidates a box, 1 to 32.</summary>
    public int Candidates { get; init; } = 5;

    /// <summary>Detector score above which a box counts, 0..1. Upstream's rule has 0.2 where nothing else is set.</summary>
    public float DetectorThreshold { get; init; } = OwnDetectorThreshold;

    /// <summary>Overlap (intersection over union) above which the weaker of two boxes is dropped, 0..1.</summary>
    public float DetectorIou { get; init; } = 0.6f;

    /// <summary>Most boxes a picture. Upstream has 5; a belt holds more.</summary>
    public int MaxBoxes { get; init; } = 12;

    /// <summary>A box of which at least this share lies in a stronger one is a part of it and is dropped; 1 keeps all.</summary>
    public float NestedShare { get; init; } = 0.9f;

    /// <summary>The rule in use.</summary>
    [JsonIgnore]
    public WholePicture Rule => Parity ? WholePicture.Parity : WholePicture;

    /// <summary>Detector score above which a box counts under the rule in use.</summary>
    [JsonIgnore]
    public float BoxScore => Parity && DetectorThreshold == OwnDetectorThreshold ? UpstreamDetectorThreshold : DetectorThreshold;

    /// <summary>What is wrong, each with its key.</summary>
    public IEnumerable<string> Validate(string path)
    {
        foreach (var (key, value, least) in new[]
        {
            ("threshold", Threshold, -1f), ("margin", Margin, 0f), ("detector_threshold", DetectorThreshold, 0f), ("detector_iou", DetectorIou, 0f), ("nested_share", NestedShare, 0f),
        })
        {
            if (!(value >= least && value <= 1f))
            {
                yield return $"{path}.{key}: expected {least} to 1, not {value}.";
            }
        }

        if (Candidates is < 1 or > 32)
        {
            yield return $"{path}.candidates: expected 1 to 32, not {Candidates}.";
        }

        if (MaxBoxes is < 1 or > 64)
        {
            yield return $"{path}.max_boxes: expected 1 to 64, not {MaxBoxes}.";
        }
    }
}
