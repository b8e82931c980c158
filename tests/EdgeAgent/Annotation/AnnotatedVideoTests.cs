using System.Diagnostics;
using ShiTu.EdgeAgent.Annotation;
using ShiTu.EdgeAgent.Events;
using ShiTu.Inference.Imaging;
using Xunit;

namespace ShiTu.EdgeAgent.Tests.Annotation;

public sealed class AnnotatedVideoTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("annotated-video");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void Frames_become_a_video_that_ffmpeg_reads_back()
    {
        Assert.SkipUnless(HasFfmpeg(), "ffmpeg is not installed.");
        var path = Path.Combine(_folder.FullName, "belt.mp4");
        using (var video = new AnnotatedVideo(path, 10))
        {
            for (var i = 0; i < 12; i++)
            {
                // An odd side: codecs want even ones.
                video.Add(AnnotatorTests.Plain(161, 120, PixelOrder.Bgr, 60, 60, (byte)(i * 10)).View, [new AnnotatedBox(new EventBox(20 + i, 40, 50, 50), "Mjölk", Decision.Recognised)]);
            }

            video.Add(AnnotatorTests.Plain(80, 60, PixelOrder.Bgr, 0, 0, 0).View, []);
            Assert.Equal(1, video.LeftOut);
            Assert.Equal(path, video.Written);
        }

        using var probe = Process.Start(new ProcessStartInfo("ffprobe", ["-v", "error", "-count_frames", "-show_entries", "stream=nb_read_frames,width", "-of", "csv=p=0", path]) { RedirectStandardOutput = true })!;
        Assert.Equal("160,12", probe.StandardOutput.ReadToEnd().Trim());
    }

    [Fact]
    public void Without_ffmpeg_the_frames_become_pictures()
    {
        using var video = new AnnotatedVideo(Path.Combine(_folder.FullName, "belt.mp4"), 10, "/nonexistent/ffmpeg");
        for (var i = 0; i < 3; i++)
        {
            video.Add(AnnotatorTests.Plain(64, 48, PixelOrder.Rgb, 10, 20, 30).View, []);
        }

        Assert.Equal(Path.Combine(_folder.FullName, "belt"), video.Written);
        Assert.Equal(["frame-000001.jpg", "frame-000002.jpg", "frame-000003.jpg"], Directory.GetFiles(video.Written).Select(Path.GetFileName).Order());
    }

    [Fact]
    public void An_encoder_that_dies_leaves_the_rest_as_pictures()
    {
        using var video = new AnnotatedVideo(Path.Combine(_folder.FullName, "belt.mp4"), 10, "/bin/false");
        for (var i = 0; i < 40; i++)
        {
            video.Add(AnnotatorTests.Plain(320, 240, PixelOrder.Rgb, 10, 20, 30).View, []);
        }

        Assert.NotEmpty(Directory.GetFiles(video.Written, "*.jpg"));
    }

    private static bool HasFfmpeg() => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Any(folder => File.Exists(Path.Combine(folder, "ffmpeg")));
}
