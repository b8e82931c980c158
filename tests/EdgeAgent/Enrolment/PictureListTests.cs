using ShiTu.EdgeAgent.Enrolment;
using Xunit;

namespace ShiTu.EdgeAgent.Tests.Enrolment;

public sealed class PictureListTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("list").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_list_gives_paths_relative_to_itself_labels_verbatim_and_item_ids()
    {
        var list = Write("list.txt", "a b.jpg\tGräddfil 3 dl\n\nsub/c.png\t牛奶\tsku-1\r\n");
        var read = PictureList.Read(list);
        Assert.Empty(read.Findings);
        Assert.Equal(
            [new ListedPicture(Path.Combine(_folder, "a b.jpg"), "Gräddfil 3 dl", "Gräddfil 3 dl"), new ListedPicture(Path.Combine(_folder, "sub/c.png"), "牛奶", "sku-1")],
            read.Pictures);
    }

    [Fact]
    public void Lines_without_a_label_are_named_by_number_and_the_rest_is_read()
    {
        var read = PictureList.Read(Write("list.txt", "a.jpg\tA\nb.jpg\nc.jpg\t \nd.jpg\tD\tx\ty\ne.jpg\tE\n"));
        Assert.Equal(["A", "E"], read.Pictures.Select(picture => picture.Label));
        Assert.Equal(3, read.Findings.Count);
        Assert.All(new[] { ":2:", ":3:", ":4:" }.Zip(read.Findings), pair => Assert.Contains(pair.First, pair.Second, StringComparison.Ordinal));
    }

    [Fact]
    public void A_folder_gives_a_label_a_sub_folder_and_names_what_has_none()
    {
        Write("Apple/2.PNG", "");
        Write("Apple/1.jpg", "");
        Write("Apple/readme.md", "");
        Write("loose.jpg", "");
        Directory.CreateDirectory(Path.Combine(_folder, "Empty"));
        var read = PictureList.Read(_folder);
        Assert.Equal([("Apple", "1.jpg"), ("Apple", "2.PNG")], read.Pictures.Select(picture => (picture.Label, Path.GetFileName(picture.Path))));
        Assert.Contains(read.Findings, finding => finding.Contains("loose.jpg", StringComparison.Ordinal));
        Assert.Contains(read.Findings, finding => finding.Contains("Empty", StringComparison.Ordinal) && finding.Contains(".webp", StringComparison.Ordinal));
    }

    [Fact]
    public void What_is_not_there_is_an_error_that_says_what_would_be_right() =>
        Assert.Contains("TAB", Assert.Throws<FileNotFoundException>(() => PictureList.Read(Path.Combine(_folder, "none"))).Message, StringComparison.Ordinal);

    private string Write(string name, string content)
    {
        var path = Path.Combine(_folder, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, content);
        return path;
    }
}
