using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.Logging;
using ShiTu.EdgeAgent.Capture;
using ShiTu.EdgeAgent.Pipeline;
using Xunit;

namespace ShiTu.EdgeAgent.Tests.Capture;

/// <summary>A camera's loop with somebody who takes its frames, and everything it says.</summary>
internal sealed class RunningCamera : ICameraStateListener, IPulse, ILogger, IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly SemaphoreSlim _posted = new(0);
    private readonly Task _taking;
    private long _beats;
    private long _taken;

    public RunningCamera(CameraOptions options, string ffmpeg = "ffmpeg")
    {
        Loop = new CameraLoop(options, ffmpeg, () => _posted.Release(), this, this, TimeProvider.System, this);
        _taking = Task.Factory.StartNew(Take, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        Running = Loop.RunAsync(_stop.Token);
    }

    public CameraLoop Loop { get; }

    public Task Running { get; }

    public ConcurrentQueue<CameraState> States { get; } = new();

    public ConcurrentQueue<(long Number, TimeSpan SceneTime, int Width, int Height, string? File, byte[] FirstPixel)> Frames { get; } = new();

    public ConcurrentQueue<string> Said { get; } = new();

    public long Taken => Interlocked.Read(ref _taken);

    public void Changed(CameraState state) => States.Enqueue(state);

    public void Unreadable(string camera, string text) => Said.Enqueue(text);

    public void Beat() => Interlocked.Increment(ref _beats);

    public void Wait()
    {
    }

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) => Said.Enqueue(formatter(state, exception));

    /// <summary>Waits, long enough for a busy machine.</summary>
    public static async Task Until(Func<bool> condition, string what)
    {
        for (var waited = Stopwatch.StartNew(); !condition(); await Task.Delay(20))
        {
            Assert.True(waited.Elapsed < TimeSpan.FromSeconds(90), $"waited in vain for {what}");
        }
    }

    public Task UntilMoreFrames(int count = 3)
    {
        var before = Taken;
        return Until(() => Taken >= before + count, $"{count} more frames; states: {string.Join(" | ", States)}");
    }

    /// <summary>Ends when every frame of a finite source was taken.</summary>
    public async Task UntilDone()
    {
        await Running;
        await Until(() => Taken == Loop.Given, "all frames to be taken");
    }

    /// <summary>Its ffmpeg, by a text in the command line.</summary>
    public static int? ChildWith(string text)
    {
        foreach (var folder in Directory.EnumerateDirectories("/proc").Where(folder => int.TryParse(Path.GetFileName(folder), out _)))
        {
            try
            {
                var stat = File.ReadAllText(Path.Combine(folder, "stat"));
                var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
                if (fields[1] == Environment.ProcessId.ToString(CultureInfo.InvariantCulture) && fields[0] != "Z" && File.ReadAllText(Path.Combine(folder, "cmdline")).Contains(text, StringComparison.Ordinal))
                {
                    return int.Parse(Path.GetFileName(folder), CultureInfo.InvariantCulture);
                }
            }
            catch (IOException)
            {
                // It ended while we looked.
            }
        }

        return null;
    }

    public static void Signal(int process, string signal)
    {
        using var kill = Process.Start("kill", [signal, process.ToString(CultureInfo.InvariantCulture)]);
        kill.WaitForExit();
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await Running;
        _posted.Release();
        await _taking;
        Loop.Dispose();
        _stop.Dispose();
        _posted.Dispose();
    }

    private void Take()
    {
        while (!_stop.IsCancellationRequested)
        {
            _posted.Wait(100);
            while (Loop.Frames.TryTake() is { } frame)
            {
                Frames.Enqueue((frame.Number, frame.SceneTime, frame.Width, frame.Height, frame.File, frame.Pixels[..3].ToArray()));
                Loop.Frames.Return(frame);
                Interlocked.Increment(ref _taken);
            }
        }
    }
}
