using ShiTu.Trainer.Data;
using ShiTu.Trainer.Detection.Assignment;
using ShiTu.Trainer.Detection.Data;
using Xunit;

namespace ShiTu.Trainer.Tests.Detection;

/// <summary>What a detection file may hold, and what becomes of what it should not.</summary>
public sealed class CocoReaderTests : IDisposable
{
    private readonly string _file = Path.Combine(Path.GetTempPath(), $"coco-{Guid.NewGuid():N}.json");

    [Fact]
    public void Pictures_without_boxes_stay_as_background()
    {
        var set = Read("""{"images":[{"id":2,"file_name":"b.jpg"},{"id":1,"file_name":"a.jpg","width":10,"height":10}],"annotations":[]}""");
        Assert.Equal([1L, 2L], set.Pictures.Select(p => p.Id));
        Assert.All(set.Pictures, p => Assert.Empty(p.Objects));
    }

    [Fact]
    public void Categories_of_any_id_are_one_class()
    {
        var set = Read(Picture("""{"id":1,"image_id":1,"category_id":9999,"bbox":[1,2,3,4]},{"id":2,"image_id":1,"category_id":"cup","bbox":[5,5,2,2],"area":3.5}"""));
        Assert.Equal([new Box(1, 2, 4, 6), new Box(5, 5, 7, 7)], set.Pictures[0].Boxes);
        Assert.Equal([12, 3.5], set.Pictures[0].Objects.Select(o => o.Area));
    }

    [Theory]
    [InlineData("""{"id":1,"image_id":1,"category_id":1,"bbox":[1,1,0,5]}""", "without area")]
    [InlineData("""{"id":1,"image_id":1,"category_id":1,"bbox":[1,1,5,5],"area":0}""", "without area")]
    [InlineData("""{"id":1,"image_id":1,"category_id":1,"bbox":[200,1,5,5]}""", "outside the picture")]
    [InlineData("""{"id":1,"image_id":7,"category_id":1,"bbox":[1,1,5,5]}""", "of an unknown picture")]
    [InlineData("""{"id":1,"image_id":1,"category_id":1,"bbox":[1,1,5]}""", "without four numbers as box")]
    public void Annotations_that_cannot_be_used_are_counted(string annotation, string reason)
    {
        var set = Read(Picture(annotation));
        Assert.Empty(set.Pictures[0].Objects);
        Assert.Equal(reason, Assert.Single(set.Skipped).Key);
    }

    [Fact]
    public void Crowds_are_kept_for_measuring_and_not_trained_on()
    {
        var set = Read(Picture("""{"id":1,"image_id":1,"category_id":1,"bbox":[1,1,50,50],"iscrowd":1}"""));
        Assert.True(Assert.Single(set.Pictures[0].Objects).Crowd);
        Assert.Empty(set.Pictures[0].Boxes);
    }

    [Theory]
    [InlineData("{\"images\":[{\"id\":1,", "no COCO JSON")]
    [InlineData("[1,2]", "no COCO JSON")]
    [InlineData("{\"annotations\":[]}", "no \"images\"")]
    [InlineData("{\"images\":[{\"id\":1,\"file_name\":\"a\"},{\"id\":1,\"file_name\":\"b\"}]}", "two pictures have the id 1")]
    [InlineData("{\"images\":[{\"id\":5}]}", "picture 5 has no file_name")]
    public void A_file_that_is_no_detection_set_is_an_error_that_names_it(string text, string expected)
    {
        var message = Assert.Throws<DataException>(() => Read(text)).Message;
        Assert.Contains(_file, message, StringComparison.Ordinal);
        Assert.Contains(expected, message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_file_is_named() => Assert.Contains("/no/such.json", Assert.Throws<DataException>(() => CocoReader.Read("/no/such.json")).Message, StringComparison.Ordinal);

    [Fact]
    public void Missing_pictures_are_reported_and_a_set_of_nothing_else_is_an_error()
    {
        var lines = new List<string>();
        var set = Read(Picture("""{"id":1,"image_id":1,"category_id":1,"bbox":[1,1,5,5]}"""));
        Assert.Contains("none of its 1 pictures", Assert.Throws<DataException>(() => SampleLoader.Load(set, lines.Add, TestContext.Current.CancellationToken)).Message, StringComparison.Ordinal);
        Assert.Contains("a.jpg", Assert.Single(lines), StringComparison.Ordinal);
    }

    public void Dispose() => File.Delete(_file);

    private static string Picture(string annotations) => "{\"images\":[{\"id\":1,\"file_name\":\"a.jpg\",\"width\":100,\"height\":80}],\"annotations\":[" + annotations + "]}";

    private DetectionSet Read(string text)
    {
        File.WriteAllText(_file, text);
        return CocoReader.Read(_file);
    }
}
