using ShiTu.Inference.Engines;
using ShiTu.Inference.Imaging;
using ShiTu.Inference.Tests.Models;
using ShiTu.TestKit;
using Xunit;

namespace ShiTu.Inference.Tests.Features;

public sealed class FeatureExtractorTests : TinyModelFolder
{
    private static readonly Picture Quarters = MakeQuarters();

    [Fact]
    public void An_embedding_is_the_models_output_at_unit_length()
    {
        using var set = Load();
        using var extractor = set.CreateFeatureExtractor();
        Assert.Equal(3, extractor.Dimension);
        var embeddings = new float[9];
        extractor.Extract(Quarters.View, [new(0, 0, 16, 16), new(16, 0, 16, 16), new(16, 16, 16, 16)], embeddings);
        Near([1, 0, 0], embeddings[..3]);
        Near([0, 1, 0], embeddings[3..6]);
        Near([0.57735f, 0.57735f, 0.57735f], embeddings[6..]);
    }

    [Fact]
    public void Any_number_of_crops_gives_the_same_embeddings_as_one_by_one()
    {
        using var set = Load();
        using var extractor = set.CreateFeatureExtractor();
        var crops = Enumerable.Range(0, 17).Select(at => new PixelRect(at % 9, at % 7, 5 + at, 4 + at)).ToArray();
        var single = new float[17 * 3];
        for (var at = 0; at < crops.Length; at++)
        {
            extractor.Extract(Quarters.View, crops.AsSpan(at, 1), single.AsSpan(at * 3, 3));
        }

        for (var count = 0; count <= crops.Length; count++)
        {
            var together = new float[17 * 3];
            extractor.Extract(Quarters.View, crops.AsSpan(0, count), together);
            Near(single[..(count * 3)], together[..(count * 3)]);
            Assert.All(together[(count * 3)..], value => Assert.Equal(0, value));
        }
    }

    [Fact]
    public void A_zero_embedding_is_an_error_that_names_the_model()
    {
        using var set = Load();
        using var extractor = set.CreateFeatureExtractor();
        var black = new Picture(new byte[8 * 8 * 3], 8, 8, PixelOrder.Rgb);
        var error = Assert.Throws<InferenceException>(() => extractor.Extract(black.View, [new(0, 0, 8, 8)], new float[3]));
        Assert.Contains("tiny-feature", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_crop_outside_the_frame_and_too_few_floats_are_refused()
    {
        using var set = Load();
        using var extractor = set.CreateFeatureExtractor();
        Assert.Throws<ArgumentOutOfRangeException>(() => extractor.Extract(Quarters.View, [new(20, 0, 13, 5)], new float[3]));
        Assert.Throws<ArgumentException>(() => extractor.Extract(Quarters.View, [new(0, 0, 1, 1), new(0, 0, 1, 1)], new float[5]));
    }

    [Fact]
    public void A_frame_allocates_nothing_managed_once_warm_whatever_the_number_of_crops()
    {
        using var set = Load();
        using var extractor = set.CreateFeatureExtractor();
        var crops = Enumerable.Range(0, 15).Select(at => new PixelRect(at / 2, at / 2, 6 + at, 20 - at)).ToArray();
        var embeddings = new float[15 * 3];
        SteadyState.AllocatesNothing(() =>
        {
            for (var count = 0; count <= crops.Length; count++)
            {
                extractor.Extract(Quarters.View, crops.AsSpan(0, count), embeddings);
            }
        });
    }

    private static void Near(float[] expected, float[] actual)
    {
        foreach (var (a, b) in expected.Zip(actual))
        {
            Assert.Equal(a, b, 1e-5f);
        }
    }

    // Red, green / blue, white.
    private static Picture MakeQuarters()
    {
        var pixels = new byte[32 * 32 * 3];
        for (var at = 0; at < 32 * 32; at++)
        {
            var (right, low) = (at % 32 >= 16, at / 32 >= 16);
            byte[] color = (right, low) switch
            {
                (false, false) => [255, 0, 0],
                (true, false) => [0, 255, 0],
                (false, true) => [0, 0, 255],
                _ => [255, 255, 255],
            };
            color.CopyTo(pixels, at * 3);
        }

        return new Picture(pixels, 32, 32, PixelOrder.Rgb);
    }
}
