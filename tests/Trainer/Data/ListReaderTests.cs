using ShiTu.Trainer.Data;
using Xunit;

namespace ShiTu.Trainer.Tests.Data;

public sealed class ListReaderTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("lists").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Tab_lists_keep_spaces_in_paths_and_labels()
    {
        var entry = Assert.Single(ListReader.Read(List("my shop/milk 3 dl.jpg\tGräddfil 3 dl\n")));
        Assert.Equal(Path.Combine(_folder, "my shop/milk 3 dl.jpg"), entry.Path);
        Assert.Equal("Gräddfil 3 dl", entry.Label);
        Assert.Null(entry.Camera);
    }

    [Fact]
    public void GroceryStores_own_lists_give_the_fine_label() =>
        Assert.Equal(("7", null), ListReader.Read(List("train/Fruit/Apple/a.jpg, 7, 2\n")).Select(entry => (entry.Label, entry.Camera)).Single());

    [Fact]
    public void Ppcls_lists_may_have_a_camera_column()
    {
        Assert.Equal(["3", "5"], ListReader.Read(List("a.jpg 1 3\nb.jpg 1 5\n")).Select(entry => entry.Camera!));
        Assert.Equal(["1", "2"], ListReader.Read(List("a.jpg 1\n\nb.jpg 2\n")).Select(entry => entry.Label!));
    }

    [Fact]
    public void A_third_column_in_some_lines_only_is_refused()
    {
        var error = Assert.Throws<DataException>(() => ListReader.Read(List("a.jpg 1 3\nb.jpg 1\n")));
        Assert.Contains("all or none", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_line_that_fits_nothing_is_named()
    {
        var error = Assert.Throws<DataException>(() => ListReader.Read(List("a.jpg 1\nmy shop/a picture of milk.jpg 1\n")));
        Assert.Contains("list.txt:2", error.Message, StringComparison.Ordinal);
        Assert.Contains("tabs", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_list_is_named() => Assert.Contains("nowhere.txt", Assert.Throws<DataException>(() => ListReader.Read(Path.Combine(_folder, "nowhere.txt"))).Message, StringComparison.Ordinal);

    private string List(string text)
    {
        var path = Path.Combine(_folder, "list.txt");
        File.WriteAllText(path, text);
        return path;
    }
}
