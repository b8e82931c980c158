using System.Diagnostics;
using ShiTu.EdgeAgent.Bench;
using Xunit;

namespace ShiTu.EdgeAgent.Tests.Bench;

public sealed class BenchFolderTests : IDisposable
{
    private readonly string _parent = Directory.CreateTempSubdirectory("bench-folders-").FullName;

    private string[] Left => Directory.GetDirectories(_parent);

    public void Dispose() => Directory.Delete(_parent, recursive: true);

    [Fact]
    public void It_goes_at_the_end()
    {
        var folder = BenchFolder.Create();
        Directory.CreateDirectory(Path.Combine(folder.Path, "service", "inside"));
        File.WriteAllText(Path.Combine(folder.Path, "large.db"), "gallery");
        folder.Dispose();
        Assert.False(Directory.Exists(folder.Path));
    }

    [Fact]
    public void What_nobody_holds_is_deleted_and_nothing_else()
    {
        var (dead, living, unmarked, elsewhere, link) = (At("shitu-edge-bench-dead"), At("shitu-edge-bench-living"), At("shitu-edge-bench-unmarked"), At("elsewhere"), At("shitu-edge-bench-link"));
        foreach (var folder in new[] { dead, living, elsewhere })
        {
            Directory.CreateDirectory(Path.Combine(folder, "service"));
            File.WriteAllText(Path.Combine(folder, "lock"), "");
        }

        Directory.CreateDirectory(unmarked);
        Directory.CreateSymbolicLink(link, elsewhere);
        using var held = new FileStream(Path.Combine(living, "lock"), FileMode.Open, FileAccess.ReadWrite, FileShare.None);
        BenchFolder.Sweep(_parent);
        Assert.Equal(new[] { living, unmarked, elsewhere, link }.Order(), Left.Order());
        Assert.True(Directory.Exists(Path.Combine(elsewhere, "service")));
    }

    [Theory]
    [InlineData("INT")]
    [InlineData("TERM")]
    [InlineData("HUP")]
    public async Task A_signal_takes_it_along(string signal)
    {
        using var bench = await StartAsync();
        await SignalAsync(bench, signal);
        Assert.NotEqual(0, bench.ExitCode);
        Assert.Empty(Left);
    }

    [Fact]
    public async Task What_a_killed_one_left_goes_with_the_next()
    {
        using var killed = await StartAsync();
        await SignalAsync(killed, "KILL");
        var left = Assert.Single(Left);
        using var next = await StartAsync(left);
        Assert.False(Directory.Exists(left));
        await SignalAsync(next, "TERM");
        Assert.Empty(Left);
    }

    private string At(string name) => Path.Combine(_parent, name);

    private static async Task SignalAsync(Process bench, string signal)
    {
        using var kill = Process.Start("/bin/kill", ["-" + signal, $"{bench.Id}"]);
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        await bench.WaitForExitAsync(patience.Token);
    }

    // It has begun to measure when its outbox is there.
    private async Task<Process> StartAsync(string? before = null)
    {
        var start = new ProcessStartInfo("dotnet", [typeof(BenchFolder).Assembly.Location, "bench", "--only", "events"]) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["TMPDIR"] = _parent;
        var bench = Process.Start(start)!;
        var begun = Stopwatch.GetTimestamp();
        while (!Left.Any(folder => folder != before && File.Exists(Path.Combine(folder, "outbox.db"))))
        {
            Assert.False(bench.HasExited, "It ended too early.");
            Assert.True(Stopwatch.GetElapsedTime(begun) < TimeSpan.FromSeconds(60), "It never began.");
            await Task.Delay(20, TestContext.Current.CancellationToken);
        }

        return bench;
    }
}
