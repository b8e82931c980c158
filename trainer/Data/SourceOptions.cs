namespace ShiTu.Trainer.Data;

/// <summary>One set of pictures in a recipe.</summary>
/// <param name="Name">Its name; labels of different sets never mix.</param>
/// <param name="Kind">How it is laid out.</param>
/// <param name="Path">List, file or folder; relative to the recipe's data root.</param>
/// <param name="Root">What the list's paths are relative to; by default the folder of <paramref name="Path"/>. A tar archive is allowed.</param>
/// <param name="Side">Pictures are kept in memory at this side, square, pixels.</param>
/// <param name="Classes">Its labels are classes.</param>
/// <param name="Instances">Every picture is a class of its own, seen in several augmented views.</param>
/// <param name="Unlabelled">Its pictures are seen through the teacher.</param>
/// <param name="Weight">How often its classes are drawn, all of them together, relative to the other sets'.</param>
/// <param name="Share">How often its pictures are drawn unlabelled, relative to their number.</param>
/// <param name="Max">At most so many pictures, evenly picked; 0: all.</param>
/// <param name="Crops">Boxes instead of whole pictures (COCO).</param>
/// <param name="SkipLabels">Labels left out.</param>
public sealed record SourceOptions(
    string Name,
    SourceKind Kind,
    string Path,
    string? Root = null,
    int Side = 192,
    bool Classes = false,
    bool Instances = false,
    bool Unlabelled = false,
    double Weight = 1,
    double Share = 1,
    int Max = 0,
    bool Crops = false,
    IReadOnlyList<string>? SkipLabels = null);
