using ShiTu.EdgeAgent.Outbox;
using ShiTu.EdgeAgent.Tests.Events;
using Xunit;

namespace ShiTu.EdgeAgent.Tests.Outbox;

public sealed class TornFileTests : IDisposable
{
    private readonly OutboxFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_log_cut_anywhere_by_a_power_loss_leaves_a_whole_prefix_of_events_and_the_sequence_goes_on()
    {
        await using (var outbox = _folder.Open())
        {
            for (var i = 1; i <= 12; i++)
            {
                OutboxStoreTests.Publish(outbox, 1);
                await OutboxStoreTests.FlushAsync(outbox, i);
            }

            File.Copy(_folder.File, Path.Combine(_folder.Folder, "base.db"));
            File.Copy(_folder.File + "-wal", Path.Combine(_folder.Folder, "base.wal"));
        }

        var log = await File.ReadAllBytesAsync(Path.Combine(_folder.Folder, "base.wal"), TestContext.Current.CancellationToken);
        var seen = new HashSet<long>();
        for (var length = 0; length <= log.Length; length += 3001)
        {
            seen.Add(await ReopenAsync(log.AsMemory(0, length)));
        }

        for (var page = 32; page < log.Length; page += 3 * 4120)
        {
            var torn = log.ToArray();
            torn.AsSpan(page + 24, 512).Clear();
            await ReopenAsync(torn);
        }

        Assert.Contains(12, seen.Append(await ReopenAsync(log)));
        Assert.True(seen.Count > 5, $"Only {seen.Count} different prefixes were seen.");
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(5)]
    [InlineData(20)]
    [InlineData(1000)]
    public async Task A_file_without_its_last_pages_gives_what_is_left_in_order_and_goes_on(int pages)
    {
        await using (var outbox = _folder.Open())
        {
            OutboxStoreTests.Publish(outbox, 400);
        }

        using (var file = new FileStream(_folder.File, FileMode.Open))
        {
            file.SetLength(Math.Max(4096, file.Length - (4096L * pages)));
        }

        await using var repaired = _folder.Open();
        OutboxStoreTests.Publish(repaired, 1);
        var entries = await OutboxStoreTests.ReadAllAsync(repaired, 2);
        Assert.Contains(entries, entry => entry.Kind == OutboxKind.Alarm && OutboxStoreTests.Root(entry).GetProperty("alarm").GetString() == "outbox_damaged");
        var kept = entries.Where(entry => entry.Kind == OutboxKind.Event).Select(OutboxStoreTests.Seq).ToList();
        Assert.Equal(kept.Distinct().Order(), kept);
        Assert.True(pages > 2 || (kept.Count > 300 && kept[^1] == 401), $"{kept.Count} events, the newest {kept[^1]}");
        Assert.Equal(entries.Count, entries.Select(entry => entry.Id).Distinct().Count());
    }

    [Fact]
    public async Task A_full_disk_loses_nothing_and_is_told_and_ends_when_there_is_space_again()
    {
        var disk = Path.Combine(_folder.Folder, "disk");
        Directory.CreateDirectory(disk);
        var mounted = await RunAsync("mount", "-t", "tmpfs", "-o", "size=512k", "tmpfs", disk);
        Assert.SkipUnless(mounted == 0, "A file system of 512 KB cannot be mounted here: run as root.");
        try
        {
            await using var outbox = OutboxStore.Open(Path.Combine(disk, "outbox.db"), new OutboxOptions(), "till-3", 32, TimeProvider.System);
            OutboxStoreTests.Publish(outbox, 5);
            await OutboxStoreTests.FlushAsync(outbox, 5);
            var ballast = Path.Combine(disk, "ballast");
            await using (var fill = new FileStream(ballast, FileMode.Create))
            {
                try
                {
                    while (true)
                    {
                        fill.Write(new byte[4096]);
                        fill.Flush();
                    }
                }
                catch (IOException)
                {
                }
            }

            OutboxStoreTests.Publish(outbox, 300);
            for (var tries = 0; outbox.Status.Degraded is null && tries < 400; tries++)
            {
                await Task.Delay(25, TestContext.Current.CancellationToken);
            }

            Assert.Contains("full", outbox.Status.Degraded, StringComparison.Ordinal);
            File.Delete(ballast);
            await OutboxStoreTests.FlushAsync(outbox, 305);
            var entries = await OutboxStoreTests.ReadAllAsync(outbox, 306);
            Assert.Equal(Enumerable.Range(1, 305).Select(seq => (long)seq), entries.Where(entry => entry.Kind == OutboxKind.Event).Select(OutboxStoreTests.Seq));
            Assert.Contains(entries, entry => entry.Kind == OutboxKind.Alarm && OutboxStoreTests.Root(entry).GetProperty("alarm").GetString() == "outbox_stuck");
            Assert.Null(outbox.Status.Degraded);
        }
        finally
        {
            await RunAsync("umount", disk);
        }
    }

    [Fact]
    public async Task Events_that_find_the_queue_full_become_a_gap()
    {
        var disk = Path.Combine(_folder.Folder, "disk");
        Directory.CreateDirectory(disk);
        var options = new OutboxOptions { QueueLength = 16, FullQueueWait = TimeSpan.Zero };
        const int Produced = 20_000;
        await using var outbox = _folder.Open(options);
        for (var i = 0; i < Produced; i++)
        {
            outbox.Publish(SampleEvents.Confirmed());
        }

        Assert.True(outbox.Status.Waits > 0, "The queue was never full.");
        await OutboxStoreTests.AccountAsync(outbox, Produced, "queue_full", expectDrop: true);
    }

    private async Task<long> ReopenAsync(ReadOnlyMemory<byte> log)
    {
        var copy = Path.Combine(_folder.Folder, $"{Guid.NewGuid():N}.db");
        File.Copy(Path.Combine(_folder.Folder, "base.db"), copy);
        await File.WriteAllBytesAsync(copy + "-wal", log, TestContext.Current.CancellationToken);
        await using var outbox = OutboxStore.Open(copy, new OutboxOptions(), "till-3", 32, TimeProvider.System);
        var kept = (await outbox.ReadAsync(0, 1000)).Select(OutboxStoreTests.Seq).ToList();
        Assert.Equal(Enumerable.Range(1, kept.Count).Select(seq => (long)seq), kept);
        OutboxStoreTests.Publish(outbox, 1);
        await OutboxStoreTests.FlushAsync(outbox, kept.Count + 1);
        return kept.Count;
    }

    private static async Task<int> RunAsync(string program, params string[] arguments)
    {
        using var process = System.Diagnostics.Process.Start(new System.Diagnostics.ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
        await process.WaitForExitAsync();
        return process.ExitCode;
    }
}
