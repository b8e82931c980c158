using System.Diagnostics;
using System.Text.Json;
using ShiTu.EndToEnd.Tests.Brokers;
using ShiTu.EndToEnd.Tests.Programs;
using ShiTu.EndToEnd.Tests.Rtsp;
using ShiTu.TestKit.Brokers;
using Xunit;

namespace ShiTu.EndToEnd.Tests;

public sealed class CameraFaultTests
{
    private static readonly TimeSpan Return = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(40);

    [Fact]
    public async Task A_camera_that_dies_or_freezes_is_back_within_five_seconds_of_its_return_and_the_other_one_never_fails()
    {
        var cancellation = TestContext.Current.CancellationToken;
        using var place = new Workplace();
        var film = await FilmAsync(place, cancellation);
        await using var broker = await MosquittoBroker.StartAsync();
        await using var steady = await RtspCamera.StartAsync(film, cancellation);
        await using var faulty = await RtspCamera.StartAsync(film, cancellation);
        await using var listener = await BrokerListener.ConnectAsync(broker.Port, "shitu/shop/till/cameras/+", cancellation);
        await using var agent = PublishedAgent.Start("run", "--config", place.Configure(broker.Port, ("steady", steady.Url), ("faulty", faulty.Url)));
        var start = Stopwatch.GetTimestamp();
        await StateAsync("steady", "running", start, Patience);
        await StateAsync("faulty", "running", start, Patience);

        var gone = Stopwatch.GetTimestamp();
        await faulty.KillAsync();
        await StateAsync("faulty", "failed", gone, Patience);
        await faulty.ResumeServingAsync(cancellation);
        var afterKill = await StateAsync("faulty", "running", Stopwatch.GetTimestamp(), Return);

        gone = Stopwatch.GetTimestamp();
        faulty.Freeze();
        await StateAsync("faulty", "failed", gone, Patience);
        var thawed = Stopwatch.GetTimestamp();
        faulty.Thaw();
        var afterFreeze = await StateAsync("faulty", "running", thawed, Return);

        Assert.DoesNotContain(listener.Messages, message => message.Topic.EndsWith("/steady", StringComparison.Ordinal) && message.Payload.GetProperty("state").GetString() is "failed" or "stopped");
        agent.Signal("TERM");
        Assert.Equal(0, await agent.ExitAsync(TimeSpan.FromSeconds(30), cancellation));
        TestContext.Current.TestOutputHelper?.WriteLine($"running again {afterKill.TotalSeconds:0.0} s after a restart, {afterFreeze.TotalSeconds:0.0} s after a thaw");

        Task<TimeSpan> StateAsync(string camera, string state, long after, TimeSpan limit) => listener.WaitAsync(
            (topic, payload) => topic.EndsWith($"/{camera}", StringComparison.Ordinal) && payload.GetProperty("state").GetString() == state, after, limit, cancellation);
    }

    // Long enough that its end is never the fault.
    private static async Task<string> FilmAsync(Workplace place, CancellationToken cancellation)
    {
        var film = place.At("belt.mkv");
        await using var ffmpeg = RunningProgram.Start(
            "ffmpeg",
            ["-v", "error", "-f", "lavfi", "-i", "testsrc2=size=320x240:rate=10", "-t", "300", "-c:v", "libx264", "-preset", "ultrafast", "-g", "10", "-pix_fmt", "yuv420p", film]);
        var code = await ffmpeg.ExitAsync(TimeSpan.FromMinutes(2), cancellation);
        Assert.True(code == 0, ffmpeg.Errors);
        return film;
    }
}
