namespace ShiTu.Trainer.Detection.Evaluation;

/// <summary>The figures of a detector on a set (detector.md 5); -1 where the set has nothing to measure.</summary>
/// <param name="Map">Mean of the average precisions at IoU 0.50 to 0.95.</param>
/// <param name="Ap50">Average precision at IoU 0.50.</param>
/// <param name="Ap75">At 0.75.</param>
/// <param name="MapSmall">Objects of at most 1,024 pixels.</param>
/// <param name="MapMedium">1,024 to 9,216 pixels.</param>
/// <param name="MapLarge">From 9,216 pixels.</param>
/// <param name="Ar1">Mean recall of the best box of each picture over the IoU thresholds.</param>
/// <param name="Ar5">Of the five best.</param>
/// <param name="Ar10">Of the ten best.</param>
/// <param name="Ar100">Of the hundred best.</param>
/// <param name="ArSmall">Of the hundred best, small objects.</param>
/// <param name="ArMedium">Medium ones.</param>
/// <param name="ArLarge">Large ones.</param>
/// <param name="Found5">Share of the objects found among the five best boxes at IoU 0.50.</param>
/// <param name="Images">Pictures.</param>
/// <param name="Objects">Objects, ignored ones not counted.</param>
public sealed record CocoSummary(
    double Map,
    double Ap50,
    double Ap75,
    double MapSmall,
    double MapMedium,
    double MapLarge,
    double Ar1,
    double Ar5,
    double Ar10,
    double Ar100,
    double ArSmall,
    double ArMedium,
    double ArLarge,
    double Found5,
    int Images,
    int Objects);
