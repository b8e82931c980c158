using ShiTu.EdgeAgent.Recognition;
using ShiTu.Index.Gallery;
using ShiTu.Index.Generations;
using ShiTu.Inference.Imaging;

namespace ShiTu.EdgeAgent.Tests.Pipeline;

/// <summary>A shop that sells red, green and blue: a real gallery, a real index, real (tiny) models.</summary>
internal sealed class ColourShop : IAsyncDisposable
{
    public const int Side = 256;
    private readonly string _folder = Directory.CreateTempSubdirectory("shitu-shop-").FullName;
    private readonly GalleryStore _store;

    public ColourShop()
    {
        _store = GalleryStore.Open(Path.Combine(_folder, "gallery.db"), Models.Set.Identity, Models.Set.Feature.Dimension);
        Enrol("red", 255, 0, 0);
        Enrol("green", 0, 255, 0);
        Enrol("blue", 0, 0, 255);
        Index = LiveIndex.Open(_store, new IndexOptions());
    }

    public TinyModels Models { get; } = new();

    public LiveIndex Index { get; }

    public ThresholdSource Thresholds { get; } = new(new Thresholds(0.85f));

    /// <summary>A finer NMS than the product's: the tiny detector fires beside a square too.</summary>
    public static RecognitionOptions Options { get; } = new() { Threshold = 0.85f, DetectorThreshold = 0.6f, DetectorIou = 0.2f };

    public async Task EnrolAsync(string item, byte red, byte green, byte blue)
    {
        Enrol(item, red, green, blue);
        await Index.RefreshAsync();
    }

    public Recogniser Recogniser(RecognitionOptions? options = null) => new(Models.Set, Index, Thresholds, options ?? Options);

    /// <summary>A dark picture with squares of 64 pixels; the tiny detector sees them best at 16 + 32 n.</summary>
    public static Picture Picture(params (int X, int Y, byte Red, byte Green, byte Blue)[] squares)
    {
        var pixels = new byte[Side * Side * 3];
        foreach (var (left, top, red, green, blue) in squares)
        {
            for (var y = top; y < top + 64; y++)
            {
                for (var x = left; x < left + 64; x++)
                {
                    var at = ((y * Side) + x) * 3;
                    (pixels[at], pixels[at + 1], pixels[at + 2]) = (red, green, blue);
                }
            }
        }

        return new Picture(pixels, Side, Side, PixelOrder.Rgb);
    }

    public async ValueTask DisposeAsync()
    {
        await Index.DisposeAsync();
        _store.Dispose();
        Models.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private void Enrol(string item, byte red, byte green, byte blue)
    {
        using var features = Models.Set.CreateFeatureExtractor();
        var vector = new float[features.Dimension];
        byte[] pixel = [red, green, blue];
        features.Extract(new PictureView(pixel, 1, 1, 3, PixelOrder.Rgb), [new PixelRect(0, 0, 1, 1)], vector);
        _store.Add(new GalleryItem(item, item, null, false), [new GalleryView(vector, "", "drawn")]);
    }
}
