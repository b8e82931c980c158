using ShiTu.Inference.Imaging;
using ShiTu.Trainer.Data;
using Xunit;

namespace ShiTu.Trainer.Tests.Data;

/// <summary>Folders of Pascal VOC: what is read, and what is said of files that do not fit.</summary>
public sealed class SourceReaderTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("shitu-voc-").FullName;

    [Fact]
    public void Every_box_of_a_VOC_folder_is_a_picture_with_its_label()
    {
        Write("<annotation><filename>1.png</filename><object><name>tea, green</name><bndbox><xmin>2</xmin><ymin>3.0</ymin><xmax>12</xmax><ymax>23</ymax></bndbox></object></annotation>");
        var entry = Assert.Single(Read());
        Assert.Equal(("tea, green", Path.Combine(_folder, "images", "tea", "1.png")), (entry.Label, entry.Path));
        Assert.Equal(new PixelRect(2, 3, 10, 20), entry.Crop);
    }

    [Theory]
    [InlineData("<annotation><filename>1.png", "1.xml: ")]
    [InlineData("<annotation/>", "<annotation> has no <filename>")]
    [InlineData("<annotation><filename>1.png</filename><object><name>tea</name></object></annotation>", "an object has no <bndbox>")]
    [InlineData("<annotation><filename>1.png</filename><object><name>tea</name><bndbox><xmin>left</xmin></bndbox></object></annotation>", "'left'")]
    public void A_broken_file_is_named_with_what_is_wrong(string xml, string reason)
    {
        Write(xml);
        var error = Assert.Throws<DataException>(Read);
        Assert.Contains(Path.Combine("tea", "1.xml"), error.Message, StringComparison.Ordinal);
        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_of_another_layout_is_refused() => Assert.Contains("annotations/*.xml", Assert.Throws<DataException>(Read).Message, StringComparison.Ordinal);

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private IReadOnlyList<PictureEntry> Read() => SourceReader.Read(new SourceOptions("packs", SourceKind.Voc, _folder), "/");

    private void Write(string xml) => File.WriteAllText(Path.Combine(Directory.CreateDirectory(Path.Combine(_folder, "annotations", "tea")).FullName, "1.xml"), xml);
}
