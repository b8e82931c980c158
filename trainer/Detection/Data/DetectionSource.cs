namespace ShiTu.Trainer.Detection.Data;

/// <summary>A detection set of a recipe.</summary>
/// <param name="Path">COCO file, relative to the data folder, or to the run's folder where it starts with <c>run:</c>.</param>
/// <param name="Weight">How often one of its pictures is drawn, relative to one of another set; 0 leaves it out.</param>
/// <param name="Root">What its picture names are relative to; null: the file's folder.</param>
/// <param name="Without">Pictures whose name starts so are left out.</param>
public sealed record DetectionSource(string Path, double Weight = 1, string? Root = null, string? Without = null);
