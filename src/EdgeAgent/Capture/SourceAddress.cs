using System.Buffers;
using System.Globalization;

namespace ShiTu.EdgeAgent.Capture;

/// <summary>Where frames come from, taken apart.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Text">The address without a scheme of our own; holds the password where the user wrote one.</param>
internal sealed record SourceAddress(SourceKind Kind, string Text)
{
    private static readonly string[] Streams = ["rtsp", "rtsps", "http", "https", "rtmp", "rtmps", "srt", "udp", "rtp", "tcp"];
    private static readonly SearchValues<char> SchemeLetters = SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+.-");
    private static readonly string[] Lists = [".txt", ".tsv", ".lst", ".list"];

    /// <summary>The address as it may be shown: no user, no password, no query.</summary>
    public string Display => Kind == SourceKind.Stream ? UrlSecrets.Strip(Text) : Text;

    /// <summary>True where frames come at their own pace and only the newest counts.</summary>
    public bool IsLive => Kind is SourceKind.Stream or SourceKind.Device;

    /// <summary>What is wrong with the address; null where nothing is. Whether the source is there is not looked at.</summary>
    public static string? Check(string source)
    {
        if (string.IsNullOrWhiteSpace(source))
        {
            return "expected rtsp://…, http://…, /dev/video0, a video file, a folder or a list of pictures, or demo:, not an empty text.";
        }

        if (source.Contains('\n') || source.Contains('\r') || source.Contains('\0'))
        {
            return "expected one line.";
        }

        var scheme = SchemeOf(source);
        if (scheme is null || scheme is "demo" or "file" or "v4l2")
        {
            return null;
        }

        if (scheme == "synthetic")
        {
            return TryParseSynthetic(source.AsSpan("synthetic:".Length), out _, out _, out _, out _) ? null : $"expected synthetic:WIDTHxHEIGHT@FPS, such as synthetic:1280x720@30, not '{source}'.";
        }

        if (!Streams.Contains(scheme))
        {
            return $"'{scheme}:' is not known; expected one of {string.Join(", ", Streams)}, v4l2, file, demo, synthetic, or a path.";
        }

        return Uri.TryCreate(source, UriKind.Absolute, out var uri) && uri.Host.Length > 0 ? null : $"'{UrlSecrets.Strip(source)}' is no URL; expected {scheme}://host[:port]/path (a password with @, : or / in it is written with %40, %3A, %2F).";
    }

    /// <summary>Takes an address apart.</summary>
    /// <exception cref="ArgumentException">See <see cref="Check"/>.</exception>
    public static SourceAddress Parse(string source)
    {
        if (Check(source) is { } wrong)
        {
            throw new ArgumentException(wrong, nameof(source));
        }

        var scheme = SchemeOf(source);
        return scheme switch
        {
            "demo" => new SourceAddress(SourceKind.Demo, source["demo:".Length..]),
            "synthetic" => new SourceAddress(SourceKind.Synthetic, source["synthetic:".Length..]),
            "v4l2" => new SourceAddress(SourceKind.Device, source["v4l2:".Length..]),
            "file" => OfPath(source.StartsWith("file://", StringComparison.OrdinalIgnoreCase) ? Uri.UnescapeDataString(source["file://".Length..]) : source["file:".Length..]),
            null => OfPath(source),
            _ => new SourceAddress(SourceKind.Stream, source),
        };
    }

    /// <summary>Reads <c>1280x720</c>.</summary>
    public static bool TryParseSize(ReadOnlySpan<char> text, out int width, out int height)
    {
        height = 0;
        var split = text.IndexOf('x');
        width = 0;
        return split > 0
            && int.TryParse(text[..split], NumberStyles.None, CultureInfo.InvariantCulture, out width)
            && int.TryParse(text[(split + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out height)
            && width is >= 1 and <= 16384 && height is >= 1 and <= 16384;
    }

    /// <summary>Reads <c>1280x720@30#1000</c>: size, frames a second (30 where absent), number of frames (without end where absent).</summary>
    public static bool TryParseSynthetic(ReadOnlySpan<char> text, out int width, out int height, out double fps, out long frames)
    {
        fps = 30;
        frames = long.MaxValue;
        var count = text.IndexOf('#');
        if (count >= 0 && !(long.TryParse(text[(count + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out frames) && frames > 0))
        {
            width = height = 0;
            return false;
        }

        text = count < 0 ? text : text[..count];
        var rate = text.IndexOf('@');
        return TryParseSize(rate < 0 ? text : text[..rate], out width, out height)
            && (rate < 0 || (double.TryParse(text[(rate + 1)..], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out fps) && fps is > 0 and <= 1000));
    }

    private static SourceAddress OfPath(string path) =>
        path.StartsWith("/dev/video", StringComparison.Ordinal) ? new SourceAddress(SourceKind.Device, path)
        : Directory.Exists(path) || PictureFiles.IsPicture(path) || Lists.Contains(Path.GetExtension(path), StringComparer.OrdinalIgnoreCase)
            ? new SourceAddress(SourceKind.Pictures, path)
            : new SourceAddress(SourceKind.Video, path);

    // A path may hold a colon; a scheme is letters and digits only, and at least two of them.
    private static string? SchemeOf(string source)
    {
        var colon = source.IndexOf(':', StringComparison.Ordinal);
        if (colon < 2 || source.AsSpan(0, colon).ContainsAnyExcept(SchemeLetters) || source[0] is '.' or '/')
        {
            return null;
        }

        return File.Exists(source) || Directory.Exists(source) ? null : source[..colon].ToLowerInvariant();
    }
}
