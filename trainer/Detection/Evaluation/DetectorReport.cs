using System.Text.Json.Serialization;

namespace ShiTu.Trainer.Detection.Evaluation;

/// <summary>What <c>eval-det --json</c> prints.</summary>
/// <param name="Model">Name of the model.</param>
/// <param name="Ap50">Average precision at IoU 0.50, over all files.</param>
/// <param name="Map">Mean of the average precisions.</param>
/// <param name="Ar5">Mean recall of the five best boxes.</param>
/// <param name="Found5">Share found among the five best at IoU 0.50.</param>
/// <param name="Images">Pictures.</param>
/// <param name="MillisecondsAPicture">Preparation, network, decoding and suppression.</param>
/// <param name="Sets">One row a set.</param>
/// <param name="Belt">The drawn belt, where it was asked for.</param>
public sealed record DetectorReport(
    string Model,
    double Ap50,
    double Map,
    double Ar5,
    double Found5,
    int Images,
    double MillisecondsAPicture,
    IReadOnlyDictionary<string, CocoSummary> Sets,
    IReadOnlyList<BeltReport>? Belt = null);

/// <summary>JSON of the report.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, WriteIndented = true, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(DetectorReport))]
[JsonSerializable(typeof(List<DetectorReport>))]
internal sealed partial class ReportJson : JsonSerializerContext;
