using System.Diagnostics;
using System.Globalization;
using Xunit;

namespace ShiTu.EdgeAgent.Tests.Capture;

/// <summary>Short videos made by ffmpeg, and pictures made by hand, in a folder that goes away.</summary>
internal sealed class TestVideos : IDisposable
{
    public string Folder { get; } = Directory.CreateTempSubdirectory("shitu-capture-").FullName;

    public static void SkipWithoutFfmpeg() => Assert.SkipUnless(
        Environment.GetEnvironmentVariable("PATH")!.Split(':').Any(folder => File.Exists(Path.Combine(folder, "ffmpeg"))), "ffmpeg is not installed (apt install ffmpeg).");

    public string Video(string name, string source = "testsrc2=size=320x240:rate=10", double seconds = 2, string codec = "libx264")
    {
        SkipWithoutFfmpeg();
        var path = Path.Combine(Folder, name);
        var start = new ProcessStartInfo("ffmpeg", ["-v", "error", "-y", "-f", "lavfi", "-i", source, "-t", seconds.ToString(CultureInfo.InvariantCulture), "-c:v", codec, "-pix_fmt", codec == "mjpeg" ? "yuvj420p" : "yuv420p", "-threads", "1", path]);
        using var child = Process.Start(start)!;
        child.WaitForExit();
        Assert.Equal(0, child.ExitCode);
        return path;
    }

    /// <summary>A BMP of one colour.</summary>
    public string Picture(string name, byte red, byte green, byte blue, int width = 64, int height = 48)
    {
        var path = Path.Combine(Folder, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        using var writer = new BinaryWriter(File.Create(path));
        var bytes = width * height * 4;
        writer.Write("BM"u8);
        writer.Write(54 + bytes);
        writer.Write(0);
        writer.Write(54);
        writer.Write(40);
        writer.Write(width);
        writer.Write(height);
        writer.Write((short)1);
        writer.Write((short)32);
        writer.Write(0);
        writer.Write(bytes);
        writer.Write(0L);
        writer.Write(0L);
        for (var i = 0; i < width * height; i++)
        {
            writer.Write([blue, green, red, 255]);
        }

        return path;
    }

    public void Dispose() => Directory.Delete(Folder, recursive: true);
}
