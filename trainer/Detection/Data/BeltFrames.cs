using ShiTu.DemoScene;
using ShiTu.DemoScene.Packs;
using ShiTu.Inference.Imaging;
using ShiTu.Trainer.Data;
using ShiTu.Trainer.Detection.Assignment;

namespace ShiTu.Trainer.Detection.Data;

/// <summary>Frames of drawn belts as training pictures.</summary>
internal static class BeltFrames
{
    private const float Visible = 0.4f;
    private const int Width = 640;

    private const int PacksAScene = 14;

    /// <summary>
    /// Draws frames of several scenes, evenly spread over each. Every third has the demo's own products on its own belt (other seeds, other
    /// places), the others packs and belts drawn by lot; all are crowded more or less, from some space to objects that touch and overlap.
    /// </summary>
    /// <param name="firstSeed">Seed of the first scene.</param>
    /// <param name="scenes">How many scenes.</param>
    /// <param name="frames">Frames a scene.</param>
    public static List<Sample> Draw(int firstSeed, int scenes, int frames)
    {
        var samples = new List<Sample>(scenes * frames);
        var resizer = new PictureResizer();
        for (var s = 0; s < scenes; s++)
        {
            using var scene = new BeltScene(Options(firstSeed + s, own: s % 3 == 0));
            var (width, height) = (scene.Options.Width, scene.Options.Height);
            var bgr = new byte[width * height * 3];
            for (var f = 0; f < frames; f++)
            {
                var frame = (int)((long)f * scene.FrameCount / frames);
                scene.Draw(frame, bgr);
                var small = new byte[Width * (height * Width / width) * 3];
                resizer.Resize(new PictureView(bgr, width, height, width * 3, PixelOrder.Bgr), small, Width, height * Width / width, Interpolation.Area);
                Swap(small);
                var scale = (float)Width / width;
                var boxes = scene.Truth(frame).Where(t => t.VisibleShare >= Visible)
                    .Select(t => new Box(t.X, t.Y, t.X + t.Width, t.Y + t.Height).Map(0, 0, scale, scale).Clip(Width, height * Width / width));
                samples.Add(new(new Picture(small, Width, height * Width / width, PixelOrder.Rgb), [.. boxes], Drawn: true));
            }
        }

        return samples;
    }

    private static SceneOptions Options(int seed, bool own)
    {
        var dice = Dice.From(seed, 31);
        return new SceneOptions
        {
            Seed = seed,
            Filled = true,
            Spacing = dice.Next(150, 420),
            ProductScale = own ? dice.Next(0.85, 1.15) : dice.Next(0.6, 1.4),
            OverlapShare = dice.Next(0.1, 0.4),
            Products = own ? null : ProceduralPacks.CreateMany(seed * 100, PacksAScene),
            Belt = own ? new BeltLook() : BeltLook.FromSeed(seed),
        };
    }

    private static void Swap(Span<byte> pixels)
    {
        for (var i = 0; i < pixels.Length; i += 3)
        {
            (pixels[i], pixels[i + 2]) = (pixels[i + 2], pixels[i]);
        }
    }
}
