using SkiaSharp;

namespace ShiTu.DemoScene.Packs;

/// <summary>Everything that tells how a pack looks, in pixels of a 720-line frame.</summary>
/// <param name="Shape">Outline and relief.</param>
/// <param name="Width">Width of the upright pack.</param>
/// <param name="Height">Height of the upright pack.</param>
internal sealed record PackLook(PackShape Shape, float Width, float Height)
{
    /// <summary>Main colour.</summary>
    public SKColor Ground { get; init; } = SKColors.White;

    /// <summary>The pattern's colour.</summary>
    public SKColor Second { get; init; } = SKColors.Gray;

    /// <summary>The pattern's other colour, the emblem's colour.</summary>
    public SKColor Accent { get; init; } = SKColors.DarkRed;

    /// <summary>Ground of the label.</summary>
    public SKColor Label { get; init; } = SKColors.White;

    /// <summary>Letters.</summary>
    public SKColor Ink { get; init; } = SKColors.Black;

    /// <summary>Caps, lids and crimps.</summary>
    public SKColor Cap { get; init; } = SKColors.WhiteSmoke;

    /// <summary>Printed all over.</summary>
    public PackPattern Pattern { get; init; }

    /// <summary>Size of the pattern's cells, pixels.</summary>
    public float Cell { get; init; } = 24;

    /// <summary>Shape of the label.</summary>
    public LabelLayout Layout { get; init; }

    /// <summary>The label's middle, as a share of the body's height from its top.</summary>
    public float LabelAt { get; init; } = 0.5f;

    /// <summary>The label's height as a share of the body's.</summary>
    public float LabelSize { get; init; } = 0.45f;

    /// <summary>The label's picture.</summary>
    public PackEmblem Emblem { get; init; }

    /// <summary>Large letters, see <see cref="StrokeLetters"/>.</summary>
    public string Text { get; init; } = "";

    /// <summary>Small letters.</summary>
    public string Small { get; init; } = "";

    /// <summary>Draws the whole thing instead of a pack: fruit, a glove.</summary>
    public Action<SKCanvas, PackLook>? Art { get; init; }
}
