using System.Net;
using System.Net.Sockets;
using ShiTu.EdgeAgent.Capture;
using Xunit;

namespace ShiTu.EdgeAgent.Tests.Capture;

public sealed class CameraLoopTests : IDisposable
{
    private const string Password = "s3cr3t@42";
    private readonly TestVideos _videos = new();

    public void Dispose() => _videos.Dispose();

    [Theory]
    [InlineData("-KILL")]
    [InlineData("-STOP")]
    public async Task A_child_that_is_killed_or_frozen_is_replaced(string signal)
    {
        var file = _videos.Video("belt.mp4");
        await using var camera = new RunningCamera(Live(file));
        await camera.UntilMoreFrames();
        var child = RunningCamera.ChildWith(file)!.Value;
        RunningCamera.Signal(child, signal);
        await RunningCamera.Until(() => camera.Loop.State.Restarts > 0, "a restart");
        await camera.UntilMoreFrames();
        await RunningCamera.Until(() => camera.Loop.State.Status == CameraStatus.Running, "running");
        Assert.False(Directory.Exists($"/proc/{child}"), "the old child is still there");
        var states = camera.States.Select(state => state.Status).Distinct().ToList();
        Assert.Equal([CameraStatus.Starting, CameraStatus.Running, CameraStatus.Failed], states);
        if (signal == "-STOP")
        {
            Assert.Contains(camera.States, state => state.Reason?.StartsWith("no frame for 1.5 s", StringComparison.Ordinal) == true);
        }
    }

    [Fact]
    public async Task Two_cameras_do_not_disturb_each_other()
    {
        var first = _videos.Video("one.mp4");
        await using var dying = new RunningCamera(Live(first));
        await using var other = new RunningCamera(Live(_videos.Video("two.mp4")) with { Name = "other" });
        await dying.UntilMoreFrames();
        await other.UntilMoreFrames();
        RunningCamera.Signal(RunningCamera.ChildWith(first)!.Value, "-KILL");
        await RunningCamera.Until(() => dying.Loop.State.Restarts > 0, "a restart");
        await other.UntilMoreFrames();
        Assert.Equal(0, other.Loop.State.Restarts);
        Assert.DoesNotContain(other.States, state => state.Status == CameraStatus.Failed);
    }

    [Fact]
    public async Task A_restart_asked_for_starts_another_child()
    {
        var file = _videos.Video("belt.mp4");
        await using var camera = new RunningCamera(Live(file));
        await camera.UntilMoreFrames();
        var child = RunningCamera.ChildWith(file)!.Value;
        camera.Loop.Restart();
        await RunningCamera.Until(() => RunningCamera.ChildWith(file) is { } next && next != child, "another child");
        await camera.UntilMoreFrames();
        Assert.Equal(1, camera.Loop.State.Restarts);
    }

    [Fact]
    public async Task A_camera_that_answers_and_then_says_nothing_is_tried_again_and_its_password_shows_nowhere()
    {
        TestVideos.SkipWithoutFfmpeg();
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        var accepted = 0;
        var accepting = AcceptAsync();
        var passwordFile = Path.Combine(_videos.Folder, "password");
        await File.WriteAllTextAsync(passwordFile, Password + "\n", TestContext.Current.CancellationToken);
        await using (var camera = new RunningCamera(new CameraOptions
        {
            Name = "a",
            Source = $"rtsp://127.0.0.1:{((IPEndPoint)silent.LocalEndpoint).Port}/stream?token=t0ken",
            UserName = "root",
            PasswordFile = passwordFile,
            Silence = TimeSpan.FromSeconds(1),
            StartTimeout = TimeSpan.FromSeconds(2),
        }))
        {
            await RunningCamera.Until(() => Volatile.Read(ref accepted) > 0, "a connection");
            var arguments = await File.ReadAllTextAsync($"/proc/{RunningCamera.ChildWith("concat")}/cmdline", TestContext.Current.CancellationToken);
            Assert.DoesNotContain("s3cr3t", arguments, StringComparison.Ordinal);
            Assert.DoesNotContain("t0ken", arguments, StringComparison.Ordinal);
            await RunningCamera.Until(() => camera.Loop.State.Restarts > 0, "a restart");
            Assert.Contains(camera.States, state => state.Status == CameraStatus.Failed && state.Reason is { Length: > 0 });
            var said = string.Join('\n', camera.Said.Concat(camera.States.Select(state => state.ToString())));
            Assert.DoesNotContain("s3cr3t", said, StringComparison.Ordinal);
            Assert.DoesNotContain("t0ken", said, StringComparison.Ordinal);
            Assert.Contains("127.0.0.1", said, StringComparison.Ordinal);
        }

        silent.Stop();
        await accepting;

        async Task AcceptAsync()
        {
            var held = new List<Socket>();
            try
            {
                while (true)
                {
                    held.Add(await silent.AcceptSocketAsync());
                    Interlocked.Increment(ref accepted);
                }
            }
            catch (Exception error) when (error is SocketException or ObjectDisposedException)
            {
                held.ForEach(socket => socket.Dispose());
            }
        }
    }

    [Fact]
    public async Task A_camera_that_is_not_there_says_so_and_is_asked_for_ever()
    {
        TestVideos.SkipWithoutFfmpeg();
        var port = FreePort();
        await using var camera = new RunningCamera(new CameraOptions { Name = "a", Source = $"rtsp://root:{Uri.EscapeDataString(Password)}@127.0.0.1:{port}/x" });
        await RunningCamera.Until(() => camera.States.Any(state => state.Reason?.Contains($"no connection to 127.0.0.1:{port}", StringComparison.Ordinal) == true), "the reason");
        Assert.False(camera.Running.IsCompleted);
        Assert.DoesNotContain("s3cr3t", string.Join('\n', camera.Said.Concat(camera.States.Select(state => state.ToString()))), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_http_camera_that_goes_silent_without_closing_is_back_soon_after_its_return()
    {
        var picture = await JpegAsync();
        await using var server = new MotionJpegServer(picture);
        await using var camera = new RunningCamera(new CameraOptions { Name = "a", Source = $"http://127.0.0.1:{server.Port}/video", MaxFps = 0, Silence = TimeSpan.FromSeconds(1.5) });
        await camera.UntilMoreFrames();
        server.Silent = true;
        await RunningCamera.Until(() => camera.Loop.State.Status == CameraStatus.Failed, "failed");
        server.Silent = false;
        await camera.UntilMoreFrames();
        Assert.All(camera.Frames, frame => Assert.Equal((320, 240), (frame.Width, frame.Height)));
        Assert.True(camera.Loop.State.Restarts > 0);
    }

    [Fact]
    public async Task A_live_source_that_nobody_takes_from_drops_and_counts_but_never_waits()
    {
        using var stop = new CancellationTokenSource();
        using var loop = new CameraLoop(new CameraOptions { Name = "a", Source = "synthetic:64x48@200#100", Realtime = true }, "ffmpeg", () => { }, null, new NoPulse(), TimeProvider.System, Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance);
        await loop.RunAsync(stop.Token);
        Assert.Equal(100, loop.Given);
        Assert.Equal(99, loop.State.Dropped);
        Assert.Equal(99, loop.Frames.TryTake()!.Number);
    }

    private static CameraOptions Live(string file) => new() { Name = "belt", Source = file, Loop = true, Silence = TimeSpan.FromSeconds(1.5), StartTimeout = TimeSpan.FromSeconds(30) };

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private async Task<byte[]> JpegAsync() => await File.ReadAllBytesAsync(_videos.Video("one.jpg", seconds: 0.1, codec: "mjpeg"), TestContext.Current.CancellationToken);

    private sealed class NoPulse : EdgeAgent.Pipeline.IPulse
    {
        public void Beat()
        {
        }

        public void Wait()
        {
        }
    }
}
