using System.ComponentModel;
using System.Diagnostics;
using System.IO.Pipes;
using Microsoft.Win32.SafeHandles;
using ShiTu.Inference.Imaging;

namespace ShiTu.EdgeAgent.Capture;

/// <summary>Frames decoded by an ffmpeg child (decision 6). A child that dies, hangs or gives no frame for too long ends the run, and is killed if it must be.</summary>
internal sealed class FfmpegSource(CameraOptions options, SourceAddress address, string program, bool live, TimeProvider time) : IFrameSource
{
    private const int PollMilliseconds = 200;
    private const double FallbackFps = 25;
    private static readonly TimeSpan ExitWait = TimeSpan.FromSeconds(1);

    /// <summary>How long ffmpeg may look at a stream before it starts; longer where that was too short.</summary>
    public TimeSpan Probe { get; set; } = TimeSpan.FromMilliseconds(300);

    /// <inheritdoc/>
    public SourceEnd Run(FrameSink sink, CancellationToken cancellation)
    {
        string url;
        try
        {
            url = Url();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return new SourceEnd($"password file {options.PasswordFile}: {error.Message}", 0);
        }

        var talk = new FfmpegTalk(new UrlSecrets(url));
        using var child = Start(FfmpegCommand.For(options, address, url, Probe, live), talk, out var failure);
        if (child is null)
        {
            return new SourceEnd(failure, 0);
        }

        var frames = 0L;
        try
        {
            using var stop = cancellation.Register(() => Kill(child));
            failure = Pump(child, talk, sink, ref frames, cancellation);
        }
        catch (OperationCanceledException)
        {
            failure = null;
        }
        finally
        {
            Kill(child);
            child.WaitForExit(ExitWait);
        }

        return cancellation.IsCancellationRequested ? new SourceEnd(null, frames) : new SourceEnd(failure, frames, talk.ShortProbe && frames == 0);
    }

    private string? Pump(Process child, FfmpegTalk talk, FrameSink sink, ref long frames, CancellationToken cancellation)
    {
        var pipe = ((PipeStream)child.StandardOutput.BaseStream).SafePipeHandle;
        PipeReader.Enlarge(pipe);
        var patience = options.StartTimeout;
        var since = time.GetTimestamp();
        while (!talk.SizeKnown.Wait(PollMilliseconds, cancellation))
        {
            sink.Waiting();
            if (time.GetElapsedTime(since) > patience)
            {
                return $"no frame within {patience.TotalSeconds:0.#} s of the start{Because(talk)}";
            }
        }

        if (talk.Width == 0)
        {
            return Ended(child, talk, frames);
        }

        var fps = talk.FramesPerSecond is > 0 and <= 240 ? talk.FramesPerSecond : FallbackFps;
        while (true)
        {
            var frame = sink.Rent(talk.Width, talk.Height, PixelOrder.Bgr, cancellation);
            var got = Fill(pipe, frame, since = time.GetTimestamp(), patience, sink, cancellation);
            if (got < frame.Pixels.Length)
            {
                sink.Abandon(frame);
                return got < 0 ? $"no frame for {patience.TotalSeconds:0.#} s{Because(talk)}" : Ended(child, talk, frames);
            }

            sink.Post(frame, live ? null : TimeSpan.FromSeconds(frames / fps), frames == 0);
            frames++;
            patience = options.Silence;
        }
    }

    /// <summary>Fills a frame.</summary>
    /// <returns>Bytes read; fewer than a frame at the child's end; -1 where patience ran out.</returns>
    private int Fill(SafePipeHandle pipe, Frame frame, long since, TimeSpan patience, FrameSink sink, CancellationToken cancellation)
    {
        var pixels = frame.Pixels;
        var filled = 0;
        while (filled < pixels.Length)
        {
            cancellation.ThrowIfCancellationRequested();
            if (!PipeReader.WaitForBytes(pipe, PollMilliseconds))
            {
                sink.Waiting();
                if (time.GetElapsedTime(since) > patience)
                {
                    return -1;
                }

                continue;
            }

            var count = PipeReader.Read(pipe, pixels[filled..]);
            if (count == 0)
            {
                break;
            }

            filled += Math.Max(0, count);
        }

        return filled;
    }

    private Process? Start(FfmpegCommand command, FfmpegTalk talk, out string? failure)
    {
        failure = null;
        var child = new Process { StartInfo = command.ToStartInfo(program) };
        try
        {
            child.Start();
        }
        catch (Win32Exception error)
        {
            child.Dispose();
            failure = $"{program} cannot be started ({error.Message}); it decodes cameras and videos: install it (apt install ffmpeg) or set pipeline.ffmpeg to its path";
            return null;
        }

        child.ErrorDataReceived += (_, line) => talk.Hear(line.Data);
        child.BeginErrorReadLine();
        try
        {
            child.StandardInput.Write(command.Script);
            child.StandardInput.Close();
        }
        catch (IOException)
        {
            // It died before it read: its error output says why.
        }

        return child;
    }

    private string? Ended(Process child, FfmpegTalk talk, long frames)
    {
        // Its last words come through another pipe than its frames.
        var exited = child.WaitForExit(ExitWait);
        talk.AllSaid.Wait(ExitWait);
        if (exited && child.ExitCode == 0)
        {
            return address.IsLive || options.Loop ? $"the stream ended{Because(talk)}" : frames == 0 ? $"no frame in it{Because(talk)}" : null;
        }

        return talk.Error ?? (exited ? $"ffmpeg ended with exit code {child.ExitCode}" : "ffmpeg closed its output");
    }

    private string Url() => address.Kind != SourceKind.Stream
        ? address.Text
        : UrlSecrets.WithCredentials(address.Text, options.UserName, options.PasswordFile.Length == 0 ? "" : File.ReadLines(options.PasswordFile).FirstOrDefault() ?? "");

    private static string Because(FfmpegTalk talk) => talk.Error is { } error ? $": {error}" : "";

    private static void Kill(Process child)
    {
        try
        {
            child.Kill(entireProcessTree: true);
        }
        catch (Exception error) when (error is InvalidOperationException or Win32Exception or AggregateException)
        {
            // Gone already, or dying.
        }
    }
}
