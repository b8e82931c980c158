using System.Diagnostics;
using System.Globalization;

namespace ShiTu.EdgeAgent.Capture;

/// <summary>How ffmpeg is called for a source.</summary>
/// <param name="Arguments">Arguments; never a URL of a stream.</param>
/// <param name="Script">What it reads from its standard input; empty for nothing.</param>
internal sealed record FfmpegCommand(IReadOnlyList<string> Arguments, string Script)
{
    private const string Protocols = "pipe,crypto,data,tcp,tls,udp,rtp,srtp,rtsp,rtsps,http,https,httpproxy,rtmp,rtmps,rtmpt,srt";

    /// <summary>Builds the call.</summary>
    /// <param name="options">The camera.</param>
    /// <param name="address">Its address.</param>
    /// <param name="url">For a stream: the URL with user and password.</param>
    /// <param name="probe">How long ffmpeg may look at a stream before it starts.</param>
    /// <param name="live">Whether frames over <see cref="CameraOptions.MaxFps"/> are dropped.</param>
    public static FfmpegCommand For(CameraOptions options, SourceAddress address, string url, TimeSpan probe, bool live)
    {
        var arguments = new List<string> { "-hide_banner", "-nostats", "-loglevel", "level+info" };
        var script = "";
        switch (address.Kind)
        {
            case SourceKind.Stream:
                // Everybody on the machine can read arguments (ps); the standard input is ours alone. ffmpeg has no file of options for inputs,
                // but its concat format reads a script, options of the input included, and opens the stream just as -i would (tried with 5.1: RTSP, HTTP).
                arguments.AddRange(["-safe", "0", "-protocol_whitelist", Protocols, "-f", "concat", "-fflags", "nobuffer+discardcorrupt", "-flags", "low_delay", "-probesize", "32", "-analyzeduration", "0", "-i", "pipe:0"]);
                script = InputScript(url, options, probe);
                break;
            case SourceKind.Device:
                arguments.AddRange(["-nostdin", "-f", "v4l2", "-fflags", "nobuffer"]);
                AddIfSet(arguments, "-input_format", options.CaptureFormat);
                AddIfSet(arguments, "-video_size", options.CaptureSize);
                arguments.AddRange(["-i", address.Text]);
                break;
            default:
                arguments.Add("-nostdin");
                if (options.Loop)
                {
                    arguments.AddRange(["-stream_loop", "-1"]);
                }

                if (options.Realtime || options.Loop)
                {
                    arguments.Add("-re");
                }

                arguments.AddRange(["-i", "file:" + address.Text]);
                break;
        }

        arguments.AddRange(["-map", "0:v:0", "-an", "-sn", "-dn"]);
        AddIfSet(arguments, "-vf", Filters(options, live));
        arguments.AddRange(["-fps_mode", "passthrough", "-pix_fmt", "bgr24", "-f", "rawvideo", "pipe:1"]);
        return new FfmpegCommand(arguments, script);
    }

    /// <summary>What to start.</summary>
    public ProcessStartInfo ToStartInfo(string program)
    {
        var start = new ProcessStartInfo(program)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        foreach (var argument in Arguments)
        {
            start.ArgumentList.Add(argument);
        }

        return start;
    }

    private static string InputScript(string url, CameraOptions options, TimeSpan probe)
    {
        var silence = Microseconds(options.Silence);
        var lines = new List<string>
        {
            "ffconcat version 1.0",
            $"file '{url.Replace("'", @"'\''", StringComparison.Ordinal)}'",
            "option fflags nobuffer+discardcorrupt",
            $"option analyzeduration {Microseconds(probe)}",
            $"option probesize {Math.Max(32_000, Microseconds(probe) / 2)}",
        };
        lines.AddRange(url.StartsWith("rtsp", StringComparison.OrdinalIgnoreCase)
            ? ["option rtsp_transport tcp", "option allowed_media_types video", $"option timeout {silence}"]
            : [$"option rw_timeout {silence}", "option use_wallclock_as_timestamps 1"]);
        return string.Join('\n', lines) + "\n";
    }

    // Frames that nobody will look at are not even converted. Time stamps may be missing or jump back: such frames pass.
    private static string Filters(CameraOptions options, bool live)
    {
        var filters = new List<string>();
        if (live && options.MaxFps > 0)
        {
            var gap = ((1 / options.MaxFps) - 0.005).ToString("0.######", CultureInfo.InvariantCulture);
            filters.Add($"select='isnan(t)+isnan(prev_selected_t)+gte(t-prev_selected_t,{gap})+lt(t,prev_selected_t)'");
        }

        if (options.MaxWidth > 0)
        {
            filters.Add($"scale='min(iw,{options.MaxWidth})':-1");
        }

        return string.Join(',', filters);
    }

    private static void AddIfSet(List<string> arguments, string option, string value)
    {
        if (value.Length > 0)
        {
            arguments.Add(option);
            arguments.Add(value);
        }
    }

    private static long Microseconds(TimeSpan span) => span.Ticks / TimeSpan.TicksPerMicrosecond;
}
