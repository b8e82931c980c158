using System.Text.Json.Serialization;
using ShiTu.Trainer.Json;

namespace ShiTu.Trainer.Losses;

/// <summary>Which triplet loss a stage learns from.</summary>
[JsonConverter(typeof(NameConverter<TripletKind>))]
public enum TripletKind
{
    /// <summary><see cref="TripletAngularMarginLoss"/>: PP-ShiTuV2's.</summary>
    AngularMargin,

    /// <summary><see cref="TripletLossV2"/> with its defaults.</summary>
    Euclidean,
}
