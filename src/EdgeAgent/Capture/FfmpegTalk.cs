using System.Globalization;

namespace ShiTu.EdgeAgent.Capture;

/// <summary>What ffmpeg says on its standard error: size and rate of the frames it is about to write, and what went wrong. Lines come from another thread.</summary>
internal sealed class FfmpegTalk(UrlSecrets secrets)
{
    private readonly Lock _gate = new();
    private string? _error;

    /// <summary>Set once the size is known, or ffmpeg has said all.</summary>
    public ManualResetEventSlim SizeKnown { get; } = new();

    /// <summary>Set once ffmpeg has said all.</summary>
    public ManualResetEventSlim AllSaid { get; } = new();

    /// <summary>Width of the frames, pixels; 0 where unknown.</summary>
    public int Width { get; private set; }

    /// <summary>Height of the frames, pixels; 0 where unknown.</summary>
    public int Height { get; private set; }

    /// <summary>Frames a second the file claims; 0 where unknown.</summary>
    public double FramesPerSecond { get; private set; }

    /// <summary>True where ffmpeg had too little time to find out what the stream is.</summary>
    public bool ShortProbe { get; private set; }

    /// <summary>The last error, without secrets; null where there was none.</summary>
    public string? Error
    {
        get
        {
            lock (_gate)
            {
                return _error;
            }
        }
    }

    /// <summary>Takes a line; null is the end.</summary>
    public void Hear(string? line)
    {
        if (line is null)
        {
            AllSaid.Set();
            SizeKnown.Set();
            return;
        }

        if (line.Contains("Video: rawvideo", StringComparison.Ordinal) && Width == 0)
        {
            FindSize(line);
        }

        ShortProbe |= line.Contains("unspecified size", StringComparison.Ordinal) || line.Contains("Could not find codec parameters", StringComparison.Ordinal);
        if (line.Contains("[error]", StringComparison.Ordinal) || line.Contains("[fatal]", StringComparison.Ordinal))
        {
            lock (_gate)
            {
                _error = secrets.Hide(WithoutTags(line));
            }
        }
    }

    // "  Stream #0:0: Video: rawvideo (BGR[24] / 0x18524742), bgr24(pc, …), 320x240 [SAR 1:1 DAR 4:3], q=2-31, 18432 kb/s, 10 fps, 10 tbn"
    private void FindSize(string line)
    {
        foreach (var part in line.Split(", "))
        {
            var word = part.Split(' ')[0];
            if (Width == 0 && SourceAddress.TryParseSize(word, out var width, out var height))
            {
                (Width, Height) = (width, height);
            }
            else if (part.EndsWith(" fps", StringComparison.Ordinal) && double.TryParse(word, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var fps))
            {
                FramesPerSecond = fps;
            }
        }

        if (Width > 0)
        {
            SizeKnown.Set();
        }
    }

    private static string WithoutTags(string line)
    {
        while (line.StartsWith('[') && line.IndexOf("] ", StringComparison.Ordinal) is > 0 and var end)
        {
            line = line[(end + 2)..];
        }

        return line.Trim();
    }
}
