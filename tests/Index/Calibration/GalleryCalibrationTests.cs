using ShiTu.Index.Calibration;
using ShiTu.Index.Gallery;
using ShiTu.Index.Generations;
using ShiTu.Index.Search;
using Xunit;

namespace ShiTu.Index.Tests.Calibration;

public sealed class GalleryCalibrationTests
{
    [Theory]
    [InlineData(0.02, 0)]
    [InlineData(0.05, 0)]
    [InlineData(0.1, 0)]
    [InlineData(0.02, 0.05)]
    public void Labels_that_were_held_out_are_falsely_accepted_as_often_as_was_asked_for(double target, double margin)
    {
        var (vectors, labels) = TemporaryGallery.Drinks();
        var names = labels.Distinct().ToArray();
        var (accepted, tried) = (0, 0);
        // Each fold leaves a fifth of the labels out, calibrates on the rest, and tries the left-out ones as strangers.
        for (var fold = 0; fold < 5; fold++)
        {
            var left = names.Where((_, at) => at % 5 == fold).ToHashSet();
            using var gallery = TemporaryGallery.OfDrinks(row => !left.Contains(labels[row]));
            var calibration = GalleryCalibration.Measure(gallery.Store, target, margin, TestContext.Current.CancellationToken);
            Assert.InRange(calibration.FalseAccept, 0, target + 1e-9);
            using var index = IndexGeneration.Build(gallery.Store, new IndexOptions(), TestContext.Current.CancellationToken);
            var hits = new SearchHit[5];
            for (var row = 0; row < labels.Length; row++)
            {
                if (left.Contains(labels[row]))
                {
                    index.Search(vectors.AsSpan(row * 512, 512), 1, 5, hits);
                    tried++;
                    accepted += hits[0].Similarity >= calibration.Items[index.Items[hits[0].Item].Id] && hits[0].Similarity - hits[1].Similarity >= margin ? 1 : 0;
                }
            }
        }

        // Views of a label go together, so the interval is that of about as many independent tries as there are labels.
        var share = (double)accepted / tried;
        var (low, high) = Quantile.Wilson((int)Math.Round(share * names.Length), names.Length);
        Assert.True(low <= target && target <= high, $"asked for {target}, measured {share:0.0000} on {tried} views of {names.Length} labels, interval {low:0.000} to {high:0.000}");
    }

    [Fact]
    public void A_calibration_is_kept_in_the_gallery_and_changes_no_content()
    {
        using var gallery = TemporaryGallery.OfDrinks();
        Assert.Null(GalleryCalibration.Load(gallery.Store));
        var (hash, generation) = (gallery.Store.ContentHash(), gallery.Store.Generation);
        var measured = GalleryCalibration.Measure(gallery.Store, 0.01, 0, TestContext.Current.CancellationToken);
        GalleryCalibration.Save(gallery.Store, measured);
        gallery.Reopen();
        var loaded = GalleryCalibration.Load(gallery.Store)!;
        Assert.Equal(measured.Items.OrderBy(pair => pair.Key, StringComparer.Ordinal), loaded.Items.OrderBy(pair => pair.Key, StringComparer.Ordinal));
        Assert.Equal((hash, generation, hash), (gallery.Store.ContentHash(), gallery.Store.Generation, loaded.ContentHash));
        var generous = GalleryCalibration.Measure(gallery.Store, 0.2, 0, TestContext.Current.CancellationToken);
        Assert.True(generous.Threshold < measured.Threshold && generous.TrueAccept > measured.TrueAccept);
    }

    [Fact]
    public void Fewer_than_three_labels_are_too_few()
    {
        using var gallery = new TemporaryGallery();
        gallery.Store.Add(TemporaryGallery.Item("a"), [TemporaryGallery.View(1, 0, 0, 0)]);
        Assert.Contains("three", Assert.Throws<GalleryException>(() => GalleryCalibration.Measure(gallery.Store, 0.01, 0, TestContext.Current.CancellationToken)).Message, StringComparison.Ordinal);
    }
}
