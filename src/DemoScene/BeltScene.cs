using System.Runtime.InteropServices;
using ShiTu.DemoScene.Belt;
using ShiTu.DemoScene.Packs;
using SkiaSharp;

namespace ShiTu.DemoScene;

/// <summary>A belt with products that move, turn and overlap, drawn by us. The same options give the same frames, and any frame can be asked for. One instance a thread.</summary>
public sealed class BeltScene : IDisposable
{
    private readonly double _zoom;
    private readonly BeltSurface _belt;
    private readonly CameraFinish _camera;
    private readonly IReadOnlyList<Journey> _journeys;
    private readonly SKBitmap _bitmap;
    private readonly SKCanvas _canvas;
    private readonly SKPaint _copy = new() { BlendMode = SKBlendMode.Src };
    private readonly SKPaint _light = new();

    /// <summary>Lays the scene out and draws every product once.</summary>
    /// <exception cref="ArgumentException">An option is out of range.</exception>
    public BeltScene(SceneOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Check();
        Options = options;
        _zoom = options.Height / 720.0;
        var products = options.Products ?? Products;
        PackSprite[] sprites = [.. products.Select(product => new PackSprite(product, Math.Max(0.5, _zoom * options.ProductScale * 1.1)))];
        _journeys = Schedule.Lay(options, sprites, products);
        _belt = new BeltSurface(options.Belt, options.Width, options.Height, options.Seed);
        _camera = new CameraFinish(options.Width, options.Belt.Noise, options.Seed);
        _bitmap = new SKBitmap(new SKImageInfo(options.Width, options.Height, SKColorType.Bgra8888, SKAlphaType.Premul));
        _canvas = new SKCanvas(_bitmap);
    }

    /// <summary>All products of the demo shop, strangers last.</summary>
    public static IReadOnlyList<SceneProduct> Products => DemoShop.Products;

    /// <summary>The options.</summary>
    public SceneOptions Options { get; }

    /// <summary>Number of frames.</summary>
    public int FrameCount => (int)Math.Round(Options.Seconds * Options.FramesPerSecond);

    /// <summary>Number of objects that cross the belt; their numbers run from 0.</summary>
    public int ObjectCount => _journeys.Count;

    /// <summary>Draws a picture for the gallery: one product, alone, as an owner would photograph it.</summary>
    /// <param name="product">Which.</param>
    /// <param name="view">0, 1, 2 …: another turn and light. Eight in a row go once round.</param>
    /// <returns>A PNG.</returns>
    public static byte[] DrawGalleryPicture(SceneProduct product, int view) => GalleryPicture.Draw(product, view);

    /// <summary>Draws frame <paramref name="index"/> as BGR, rows without padding.</summary>
    /// <param name="index">0 to <see cref="FrameCount"/> - 1.</param>
    /// <param name="bgr">Exactly <c>width * height * 3</c> bytes.</param>
    public void Draw(int index, Span<byte> bgr)
    {
        Check(index);
        var (width, height) = (Options.Width, Options.Height);
        if (bgr.Length != width * height * 3)
        {
            throw new ArgumentException($"A frame of {width}x{height} takes {width * height * 3} bytes, not {bgr.Length}.", nameof(bgr));
        }

        var travel = Travel(index);
        _belt.Draw(_canvas, travel * _zoom, width, _copy);
        var (sin, cos) = Math.SinCos(Options.Belt.LightFrom * Math.PI / 180);
        var fall = 10 * _zoom;
        var opacity = (int)(Options.Belt.Shadow * 256);
        var frame = MemoryMarshal.Cast<byte, uint>(_bitmap.GetPixelSpan());
        foreach (var journey in _journeys)
        {
            var pose = journey.At(travel, _zoom);
            var reach = (journey.Sprite.HalfWidth + journey.Sprite.HalfHeight + 40) * (float)(_zoom * journey.Scale);
            if (pose.X < -reach || pose.X > width + reach)
            {
                continue;
            }

            journey.Sprite.DrawShadow(frame, width, pose with { X = pose.X - (float)(cos * fall), Y = pose.Y - (float)(sin * fall) }, opacity);
            journey.Sprite.Draw(frame, width, pose);
        }

        _belt.DrawRails(_canvas);
        DrawLight(index);
        _canvas.Flush();
        _camera.Finish(_bitmap.GetPixelSpan(), _bitmap.RowBytes, bgr, width, height, index);
    }

    /// <summary>The objects of frame <paramref name="index"/> of which a part is inside the frame, the lowest first.</summary>
    /// <param name="index">0 to <see cref="FrameCount"/> - 1.</param>
    public IReadOnlyList<SceneTruth> Truth(int index)
    {
        Check(index);
        var travel = Travel(index);
        var frame = new SKRect(0, 0, Options.Width, Options.Height);
        var present = new List<(Journey Journey, Pose Pose)>();
        foreach (var journey in _journeys)
        {
            var pose = journey.At(travel, _zoom);
            if (pose.Box(journey.Sprite.Hull).IntersectsWith(frame))
            {
                present.Add((journey, pose));
            }
        }

        var all = present.ToArray();
        var truth = new List<SceneTruth>(all.Length);
        for (var i = 0; i < all.Length; i++)
        {
            var (journey, pose) = all[i];
            var box = pose.Box(journey.Sprite.Hull);
            var share = Cover.VisibleShare(journey, pose, all.AsSpan(i + 1), frame);
            truth.Add(new SceneTruth(journey.Number, journey.Product, box.Left, box.Top, box.Width, box.Height, share));
        }

        return truth;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _belt.Dispose();
        _canvas.Dispose();
        _bitmap.Dispose();
        _copy.Dispose();
        _light.Dispose();
    }

    /// <summary>Way of the belt up to a frame: it speeds up and slows down, but never stops and ends where its mean speed would.</summary>
    private double Travel(int index)
    {
        var seconds = index / Options.FramesPerSecond;
        var rounds = Math.Max(1, Math.Round(Options.Seconds / 8));
        var pace = Math.Tau * rounds / Options.Seconds;
        return Options.Speed * (seconds - (0.3 * Math.Sin(pace * seconds) / pace));
    }

    private void DrawLight(int index)
    {
        // Lamps and daylight: two slow periods that do not meet.
        var seconds = index / Options.FramesPerSecond;
        var wave = 0.5 + (0.3 * Math.Sin((seconds * 0.9) + Options.Seed)) + (0.2 * Math.Sin(seconds * 2.3));
        var dim = (1 - Options.Belt.Dimmest) * wave;
        _light.Color = new SKColor(0, 0, 0, (byte)Math.Clamp((0.1 + dim) * 255, 0, 255));
        _belt.DrawLight(_canvas, _light);
    }

    private void Check(int index)
    {
        if ((uint)index >= (uint)FrameCount)
        {
            throw new ArgumentOutOfRangeException(nameof(index), index, $"The scene has frames 0 to {FrameCount - 1}.");
        }
    }
}
