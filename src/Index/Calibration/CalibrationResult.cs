using System.Text.Json.Serialization;

namespace ShiTu.Index.Calibration;

/// <summary>Thresholds measured on a gallery, and how good they are there.</summary>
/// <param name="Threshold">For items without one of their own, cosine.</param>
/// <param name="Items">Threshold of each item by id, cosine.</param>
/// <param name="Target">False-accept rate that was asked for, 0..1.</param>
/// <param name="Margin">Margin to another label that was taken for granted.</param>
/// <param name="FalseAccept">Share of foreign views that would be taken for an item, 0..1.</param>
/// <param name="FalseAcceptLow">Lower end of its 95 % confidence interval.</param>
/// <param name="FalseAcceptHigh">Upper end.</param>
/// <param name="TrueAccept">Share of views that another view of their own label recognises at these thresholds, 0..1; absent where no label has two views.</param>
/// <param name="Labels">Number of labels compared.</param>
/// <param name="Views">Number of views that were tried.</param>
/// <param name="ContentHash">Content it was measured on.</param>
public sealed record CalibrationResult(
    float Threshold,
    IReadOnlyDictionary<string, float> Items,
    double Target,
    double Margin,
    double FalseAccept,
    double FalseAcceptLow,
    double FalseAcceptHigh,
    double? TrueAccept,
    int Labels,
    int Views,
    string ContentHash);

/// <summary>How a calibration is kept.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(CalibrationResult))]
public sealed partial class CalibrationJson : JsonSerializerContext;
