using ShiTu.Inference.Imaging;
using ShiTu.Trainer.Data;
using Xunit;

namespace ShiTu.Trainer.Tests.Data;

/// <summary>Sets that are described by files: what is read, and what is said of files that do not fit.</summary>
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

    [Fact]
    public void A_COCO_file_gives_its_pictures_or_a_picture_a_box()
    {
        const string Text = """{"images":[{"id":2,"file_name":"b.jpg"},{"id":1,"file_name":"a.jpg"}],"annotations":[{"id":1,"image_id":2,"category_id":1,"bbox":[3,4,5.9,0]}]}""";
        Assert.Equal([Path.Combine(_folder, "a.jpg"), Path.Combine(_folder, "b.jpg")], Read("set.json", Text, SourceKind.Coco, crops: false).Select(entry => entry.Path));
        var crop = Assert.Single(Read("set.json", Text, SourceKind.Coco, crops: true));
        Assert.Equal((Path.Combine(_folder, "b.jpg"), new PixelRect(3, 4, 5, 1)), (crop.Path, crop.Crop));
    }

    [Theory]
    [InlineData("""{"images":[{"id":1""", "no COCO JSON")]
    [InlineData("""{"images":[{"id":1}]}""", "picture 1 has no file_name")]
    [InlineData("""{"images":[{"id":1,"file_name":"a.jpg"}],"annotations":[{"id":7,"image_id":2,"category_id":1,"bbox":[1,1,5,5]}]}""", "annotation 7 is of picture 2")]
    [InlineData("""{"images":[{"id":1,"file_name":"a.jpg"}],"annotations":[{"id":7,"image_id":1,"category_id":1,"bbox":[1,1,5]}]}""", "annotation 7 has no four numbers")]
    public void A_broken_COCO_file_is_named_with_what_is_wrong(string text, string reason) => AssertRefused("set.json", text, SourceKind.Coco, reason);

    [Fact]
    public void A_CSV_file_names_pictures_and_labels_in_any_column()
    {
        var entries = Read("set.csv", "label,size,image\ntea,3,one\ncoffee,4,two.png\n", SourceKind.Csv, crops: false);
        Assert.Equal([(Path.Combine(_folder, "one.jpg"), "tea"), (Path.Combine(_folder, "two.png"), "coffee")], entries.Select(entry => (entry.Path, entry.Label!)));
    }

    [Theory]
    [InlineData("", "it has none")]
    [InlineData("image,kind\na,b\n", "it has image, kind")]
    [InlineData("image,label\na,b\nc\n", "set.csv:3: 1 columns where the first line has 2")]
    public void A_broken_CSV_file_is_named_with_what_is_wrong(string text, string reason) => AssertRefused("set.csv", text, SourceKind.Csv, reason);

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private IReadOnlyList<PictureEntry> Read() => SourceReader.Read(new SourceOptions("packs", SourceKind.Voc, _folder), "/");

    private IReadOnlyList<PictureEntry> Read(string name, string text, SourceKind kind, bool crops)
    {
        File.WriteAllText(Path.Combine(_folder, name), text);
        return SourceReader.Read(new SourceOptions("set", kind, name, Crops: crops), _folder);
    }

    private void AssertRefused(string name, string text, SourceKind kind, string reason)
    {
        var error = Assert.Throws<DataException>(() => Read(name, text, kind, crops: true));
        Assert.Contains(Path.Combine(_folder, name), error.Message, StringComparison.Ordinal);
        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
    }

    private void Write(string xml) => File.WriteAllText(Path.Combine(Directory.CreateDirectory(Path.Combine(_folder, "annotations", "tea")).FullName, "1.xml"), xml);
}
