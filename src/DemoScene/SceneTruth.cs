namespace ShiTu.DemoScene;

/// <summary>Where a product is in one frame.</summary>
/// <param name="Object">Number of the object, unique in the scene.</param>
/// <param name="Product">Which product it is.</param>
/// <param name="X">Left of its visible-or-not full box, pixels, may be outside the frame.</param>
/// <param name="Y">Top.</param>
/// <param name="Width">Width.</param>
/// <param name="Height">Height.</param>
/// <param name="VisibleShare">Share of the object's pixels inside the frame and not covered by another, 0..1.</param>
public readonly record struct SceneTruth(int Object, SceneProduct Product, float X, float Y, float Width, float Height, float VisibleShare);
