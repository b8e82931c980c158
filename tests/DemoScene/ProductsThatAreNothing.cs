using ShiTu.DemoScene.Packs;

namespace ShiTu.DemoScene.Tests;

/// <summary>A product without a pixel, for an empty belt.</summary>
internal static class ProductsThatAreNothing
{
    public static SceneProduct Nothing { get; } = new("nothing", "", false) { Look = new PackLook(PackShape.Box, 20, 20) { Art = static (_, _) => { } } };
}
