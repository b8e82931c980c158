using ShiTu.Trainer.Data;
using ShiTu.Trainer.Evaluation;
using Xunit;

namespace ShiTu.Trainer.Tests.Evaluation;

public sealed class GallerySplitTests
{
    [Fact]
    public void The_last_fifth_of_each_label_is_the_gallery_and_nothing_is_lost()
    {
        var entries = Entries("tea", 10).Concat(Entries("oil", 3)).Concat(Entries("salt", 1)).ToList();
        var (gallery, queries) = GallerySplit.LastFifth(entries);
        Assert.Equal(["tea8", "tea9", "oil2"], gallery.Select(entry => entry.Path));
        Assert.Equal(entries.Except(gallery), queries);
    }

    private static IEnumerable<PictureEntry> Entries(string label, int count) => Enumerable.Range(0, count).Select(i => new PictureEntry($"{label}{i}", label));
}
