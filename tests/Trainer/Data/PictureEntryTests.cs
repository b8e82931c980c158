using ShiTu.Inference.Imaging;
using ShiTu.TestKit;
using ShiTu.Trainer.Data;
using Xunit;

namespace ShiTu.Trainer.Tests.Data;

public sealed class PictureEntryTests
{
    private static readonly string Photo = Path.Combine(TestFiles.Root, "docs", "images", "demo.jpg");

    [Fact]
    public void A_box_over_the_edge_is_cut_off_there()
    {
        var whole = PictureDecoder.DecodeFile(Photo);
        var part = new PictureEntry(Photo, "belt", new PixelRect(whole.Width - 30, -5, 50, 25)).Decode();
        Assert.Equal((30, 20), (part.Width, part.Height));
        Assert.Equal(whole.Pixels[((whole.Width - 30) * 3)..(whole.Width * 3)], part.Pixels[..90]);
    }

    [Fact]
    public void A_box_outside_the_picture_is_reported_and_left_out()
    {
        var said = new List<string>();
        PictureEntry[] entries = [new(Photo, "belt", new PixelRect(9000, 10, 5, 5)), new(Photo, "belt")];
        Assert.Equal([entries[1]], ReadablePictures.Of(entries, said.Add).Select(item => item.Entry));
        Assert.Contains("9000", Assert.Single(said), StringComparison.Ordinal);
    }
}
