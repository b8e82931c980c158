using ShiTu.EdgeAgent.Capture;
using Xunit;

namespace ShiTu.EdgeAgent.Tests.Capture;

public sealed class SourceAddressTests
{
    [Theory]
    [InlineData("rtsp://10.0.0.5/stream", "Stream")]
    [InlineData("HTTP://cam:8080/mjpeg?x=1", "Stream")]
    [InlineData("/dev/video2", "Device")]
    [InlineData("v4l2:/dev/v4l/by-id/cam", "Device")]
    [InlineData("clip.mp4", "Video")]
    [InlineData("file:///tmp/a%20clip.mkv", "Video")]
    [InlineData("/data/list.txt", "Pictures")]
    [InlineData("/data/one.JPG", "Pictures")]
    [InlineData("demo:", "Demo")]
    [InlineData("synthetic:640x480@25", "Synthetic")]
    [InlineData("./a:b.mp4", "Video")]
    public void The_kind_follows_from_the_address(string source, string kind) => Assert.Equal(kind, SourceAddress.Parse(source).Kind.ToString());

    [Fact]
    public void A_file_url_is_a_path() => Assert.Equal("/tmp/a clip.mkv", SourceAddress.Parse("file:///tmp/a%20clip.mkv").Text);

    [Theory]
    [InlineData("")]
    [InlineData("gopher://x/")]
    [InlineData("rtsp:///nohost")]
    [InlineData("synthetic:abc")]
    [InlineData("synthetic:640x480@0")]
    [InlineData("rtsp://host/a\nb")]
    public void What_is_no_source_is_refused_with_what_would_be_right(string source) => Assert.Contains("expected", SourceAddress.Check(source), StringComparison.Ordinal);

    [Fact]
    public void An_address_that_is_refused_does_not_show_its_password()
    {
        Assert.DoesNotContain("hunter2", SourceAddress.Check("rtsp://root:hunter2@/x"), StringComparison.Ordinal);
        Assert.Equal("rtsp://cam/live", SourceAddress.Parse("rtsp://root:hunter2@cam/live?token=abc").Display);
    }
}
