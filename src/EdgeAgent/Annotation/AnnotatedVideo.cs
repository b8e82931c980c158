using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using ShiTu.Inference.Imaging;

namespace ShiTu.EdgeAgent.Annotation;

/// <summary>Writes annotated frames as a video through an ffmpeg child; as numbered pictures in a folder of the same name where there is no ffmpeg or it gives up.</summary>
internal sealed class AnnotatedVideo(string path, double framesPerSecond, string ffmpeg = "ffmpeg") : IDisposable
{
    private readonly Annotator _annotator = new();
    private Process? _encoder;
    private string? _folder;
    private int _width;
    private int _height;

    /// <summary>What was written: the video, or the folder of pictures.</summary>
    public string Written => _folder ?? path;

    /// <summary>Frames written.</summary>
    public int FrameCount { get; private set; }

    /// <summary>Frames of another size than the first, which a video cannot hold.</summary>
    public int LeftOut { get; private set; }

    /// <summary>Adds a frame.</summary>
    /// <exception cref="IOException">Neither a video nor pictures can be written there.</exception>
    public void Add(PictureView picture, ReadOnlySpan<AnnotatedBox> boxes)
    {
        if (_width == 0)
        {
            (_width, _height) = (picture.Width, picture.Height);
            Start();
        }

        if (_encoder is null)
        {
            SavePicture(picture, boxes);
            return;
        }

        if (picture.Width != _width || picture.Height != _height)
        {
            LeftOut++;
            return;
        }

        try
        {
            _encoder.StandardInput.BaseStream.Write(_annotator.Draw(picture, boxes));
            FrameCount++;
        }
        catch (IOException)
        {
            // ffmpeg said why on stderr. What it has is lost; what comes now is kept as pictures.
            StopEncoder();
            UsePictures();
            SavePicture(picture, boxes);
        }
    }

    /// <summary>Ends the video; returns when the file is complete.</summary>
    public void Dispose()
    {
        StopEncoder();
        _annotator.Dispose();
    }

    private void Start()
    {
        if (Path.GetDirectoryName(Path.GetFullPath(path)) is { } parent)
        {
            Directory.CreateDirectory(parent);
        }

        // Sides are rounded down to even ones: most codecs want that. ffmpeg picks its best codec for the name's ending.
        var start = new ProcessStartInfo(ffmpeg) { RedirectStandardInput = true, UseShellExecute = false };
        string[] arguments =
        [
            "-hide_banner", "-loglevel", "error", "-y", "-f", "rawvideo", "-pix_fmt", "bgra", "-video_size", $"{_width}x{_height}",
            "-framerate", framesPerSecond.ToString(CultureInfo.InvariantCulture), "-i", "pipe:0", "-vf", "crop=trunc(iw/2)*2:trunc(ih/2)*2", "-pix_fmt", "yuv420p", "-threads", "1", path,
        ];
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        try
        {
            _encoder = Process.Start(start);
        }
        catch (Win32Exception)
        {
            UsePictures();
        }
    }

    private void UsePictures()
    {
        _folder = Path.Combine(Path.GetDirectoryName(Path.GetFullPath(path))!, Path.GetFileNameWithoutExtension(path));
        Directory.CreateDirectory(_folder);
    }

    private void SavePicture(PictureView picture, ReadOnlySpan<AnnotatedBox> boxes)
    {
        FrameCount++;
        _annotator.Save(Path.Combine(_folder!, $"frame-{FrameCount.ToString("D6", CultureInfo.InvariantCulture)}.jpg"), picture, boxes);
    }

    private void StopEncoder()
    {
        if (_encoder is not { } encoder)
        {
            return;
        }

        _encoder = null;
        try
        {
            encoder.StandardInput.Close();
        }
        catch (IOException)
        {
            // It is gone already.
        }

        if (!encoder.WaitForExit(TimeSpan.FromSeconds(60)))
        {
            encoder.Kill();
        }

        encoder.Dispose();
    }
}
