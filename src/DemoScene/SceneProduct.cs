using ShiTu.DemoScene.Packs;

namespace ShiTu.DemoScene;

/// <summary>A drawn product: of the demo shop, or by lot from <see cref="ProceduralPacks"/>.</summary>
/// <param name="Id">Item id, as in the demo gallery.</param>
/// <param name="Label">Name on the pack.</param>
/// <param name="Stranger">True for the ones that are not in the gallery.</param>
public sealed record SceneProduct(string Id, string Label, bool Stranger)
{
    internal PackLook Look { get; init; } = new(PackShape.Box, 120, 160);
}
