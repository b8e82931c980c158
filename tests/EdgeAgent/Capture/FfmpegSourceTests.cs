using ShiTu.EdgeAgent.Capture;
using Xunit;

namespace ShiTu.EdgeAgent.Tests.Capture;

public sealed class FfmpegSourceTests : IDisposable
{
    private readonly TestVideos _videos = new();

    public void Dispose() => _videos.Dispose();

    [Theory]
    [InlineData("clip.mp4", "libx264")]
    [InlineData("clip with spaces 'and' quotes.avi", "mjpeg")]
    public async Task A_video_file_gives_every_frame_in_order_at_its_place(string name, string codec)
    {
        await using var camera = new RunningCamera(new CameraOptions { Name = "a", Source = _videos.Video(name, codec: codec) });
        await camera.UntilDone();
        Assert.Equal(Enumerable.Range(0, 20).Select(i => (long)i), camera.Frames.Select(frame => frame.Number));
        Assert.Equal(Enumerable.Range(0, 20).Select(i => TimeSpan.FromMilliseconds(100 * i)), camera.Frames.Select(frame => frame.SceneTime));
        Assert.All(camera.Frames, frame => Assert.Equal((320, 240), (frame.Width, frame.Height)));
        Assert.Null(camera.Loop.Failure);
        Assert.Equal(0, camera.Loop.Frames.Dropped);
        Assert.Equal([CameraStatus.Starting, CameraStatus.Running, CameraStatus.Stopped], camera.States.Select(state => state.Status));
    }

    [Fact]
    public async Task Samples_come_as_blue_green_red()
    {
        await using var camera = new RunningCamera(new CameraOptions { Name = "a", Source = _videos.Video("red.mp4", "color=c=red:size=64x64:rate=5", 1) });
        await camera.UntilDone();
        Assert.All(camera.Frames, frame => Assert.True(frame.FirstPixel is [< 12, < 12, > 240], string.Join(',', frame.FirstPixel)));
    }

    [Fact]
    public async Task Wide_frames_are_scaled_down_and_keep_their_shape()
    {
        await using var camera = new RunningCamera(new CameraOptions { Name = "a", Source = _videos.Video("wide.mp4", "testsrc2=size=640x200:rate=5", 1), MaxWidth = 320 });
        await camera.UntilDone();
        Assert.All(camera.Frames, frame => Assert.Equal((320, 100), (frame.Width, frame.Height)));
    }

    [Fact]
    public async Task A_file_that_is_no_video_ends_with_the_reason()
    {
        TestVideos.SkipWithoutFfmpeg();
        var path = Path.Combine(_videos.Folder, "text.mp4");
        await File.WriteAllTextAsync(path, "no video at all", TestContext.Current.CancellationToken);
        await using var camera = new RunningCamera(new CameraOptions { Name = "a", Source = path });
        await camera.UntilDone();
        Assert.Contains("Invalid data", camera.Loop.Failure, StringComparison.Ordinal);
        Assert.Equal(CameraStatus.Stopped, camera.Loop.State.Status);
    }

    [Fact]
    public async Task A_file_that_is_not_there_is_named()
    {
        TestVideos.SkipWithoutFfmpeg();
        await using var camera = new RunningCamera(new CameraOptions { Name = "a", Source = "/nowhere/clip.mp4" });
        await camera.UntilDone();
        Assert.Contains("/nowhere/clip.mp4: No such file", camera.Loop.Failure, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_ffmpeg_the_reason_says_what_to_install()
    {
        await using var camera = new RunningCamera(new CameraOptions { Name = "a", Source = "/nowhere/clip.mp4" }, ffmpeg: "no-such-ffmpeg");
        await camera.UntilDone();
        Assert.Contains("apt install ffmpeg", camera.Loop.Failure, StringComparison.Ordinal);
        Assert.Contains("pipeline.ffmpeg", camera.Loop.Failure, StringComparison.Ordinal);
    }
}
