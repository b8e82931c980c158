using ShiTu.DemoScene.Fonts;
using SkiaSharp;

namespace ShiTu.Trainer.Evaluation;

/// <summary>The font of the trainer's pictures: a plain one of the system, else Skia's own, which may have no letters.</summary>
internal static class SheetFont
{
    /// <summary>Its file; null where the system has none.</summary>
    public static string? File { get; } = SystemFontFiles.List() is [var first, ..] ? first : null;

    /// <summary>The font.</summary>
    public static SKTypeface Typeface { get; } = (File is null ? null : SKTypeface.FromFile(File)) ?? SKTypeface.Default;
}
