using ShiTu.EdgeAgent.Capture;
using Xunit;

namespace ShiTu.EdgeAgent.Tests.Capture;

public sealed class PictureSourceTests : IDisposable
{
    private readonly TestVideos _files = new();

    public void Dispose() => _files.Dispose();

    [Fact]
    public async Task Unreadable_pictures_are_named_and_counted_and_the_run_goes_on()
    {
        _files.Picture("a/1.bmp", 255, 0, 0);
        _files.Picture("c/3.bmp", 0, 0, 255);
        Directory.CreateDirectory(Path.Combine(_files.Folder, "b"));
        var broken = Path.Combine(_files.Folder, "b", "2.jpg");
        await File.WriteAllTextAsync(broken, "no picture", TestContext.Current.CancellationToken);
        await using var camera = new RunningCamera(new CameraOptions { Name = "a", Source = _files.Folder });
        await camera.UntilDone();
        Assert.Equal(["1.bmp", "3.bmp"], camera.Frames.Select(frame => Path.GetFileName(frame.File)));
        Assert.Equal([255, 0, 0], camera.Frames.First().FirstPixel);
        Assert.Equal(1, camera.Loop.Unreadable);
        Assert.Contains(camera.Said, text => text.Contains(broken, StringComparison.Ordinal));
        Assert.Null(camera.Loop.Failure);
    }

    [Fact]
    public async Task A_list_names_pictures_beside_it()
    {
        _files.Picture("x y.bmp", 1, 2, 3);
        var list = Path.Combine(_files.Folder, "list.txt");
        await File.WriteAllTextAsync(list, "x y.bmp\tsome label\n\nmissing.bmp\n", TestContext.Current.CancellationToken);
        await using var camera = new RunningCamera(new CameraOptions { Name = "a", Source = list });
        await camera.UntilDone();
        Assert.Equal("x y.bmp", Path.GetFileName(Assert.Single(camera.Frames).File));
        Assert.Equal(1, camera.Loop.Unreadable);
    }

    [Fact]
    public async Task An_empty_folder_and_one_without_a_readable_picture_say_so()
    {
        await using var empty = new RunningCamera(new CameraOptions { Name = "a", Source = _files.Folder });
        await empty.UntilDone();
        Assert.Contains("no picture in it", empty.Loop.Failure, StringComparison.Ordinal);
        await File.WriteAllTextAsync(Path.Combine(_files.Folder, "1.png"), "", TestContext.Current.CancellationToken);
        await using var broken = new RunningCamera(new CameraOptions { Name = "a", Source = _files.Folder });
        await broken.UntilDone();
        Assert.Contains("none of its 1 pictures", broken.Loop.Failure, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Many_pictures_all_arrive_in_order()
    {
        for (var i = 0; i < 40; i++)
        {
            _files.Picture($"{i:00}.bmp", (byte)i, 0, 0, 8 + i, 8);
        }

        await using var camera = new RunningCamera(new CameraOptions { Name = "a", Source = _files.Folder });
        await camera.UntilDone();
        Assert.Equal(Enumerable.Range(8, 40), camera.Frames.Select(frame => frame.Width));
        Assert.Equal(Enumerable.Range(0, 40).Select(i => (byte)i), camera.Frames.Select(frame => frame.FirstPixel[0]));
    }
}
