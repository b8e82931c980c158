namespace ShiTu.DemoScene;

/// <summary>A belt with products that move, turn and overlap, drawn by us. The same options give the same frames, and any frame can be asked for.</summary>
public sealed class BeltScene : IDisposable
{
    /// <summary>Lays the scene out.</summary>
    public BeltScene(SceneOptions options) => Options = options;

    /// <summary>The options.</summary>
    public SceneOptions Options { get; }

    /// <summary>All products of the demo shop, strangers last.</summary>
    public static IReadOnlyList<SceneProduct> Products => throw new NotSupportedException("Being written.");

    /// <summary>Number of frames.</summary>
    public int FrameCount => (int)Math.Round(Options.Seconds * Options.FramesPerSecond);

    /// <summary>Draws frame <paramref name="index"/> as BGR, rows without padding.</summary>
    public void Draw(int index, Span<byte> bgr) => throw new NotSupportedException("Being written.");

    /// <summary>The objects of frame <paramref name="index"/>.</summary>
    public IReadOnlyList<SceneTruth> Truth(int index) => throw new NotSupportedException("Being written.");

    /// <summary>Draws a picture for the gallery: one product, alone, as an owner would photograph it.</summary>
    /// <param name="product">Which.</param>
    /// <param name="view">0, 1, 2 …: another turn and light.</param>
    /// <returns>A PNG.</returns>
    public static byte[] DrawGalleryPicture(SceneProduct product, int view) => throw new NotSupportedException("Being written.");

    /// <inheritdoc/>
    public void Dispose() => GC.SuppressFinalize(this);
}
