using ShiTu.EdgeAgent.Outbox;
using ShiTu.TestKit.Disks;
using Xunit;

namespace ShiTu.EdgeAgent.Tests.Outbox;

public sealed class OutboxFaultTests
{
    private const int Events = 6;

    [Fact]
    public Task A_fault_at_any_write_loses_no_event() => FaultyDisk.RunAsync(typeof(OutboxFaultTests), nameof(With_a_fault_at_every_write));

    [Fact]
    [Trait("Speed", "slow")]
    public Task Every_fault_at_every_write_loses_no_event() => FaultyDisk.RunAsync(typeof(OutboxFaultTests), nameof(With_a_fault_at_every_write), thorough: true);

    [Fact(Explicit = true)]
    public async Task With_a_fault_at_every_write()
    {
        // After a fault the outbox waits half a second: the quick walk takes few of them.
        var step = FaultyDisk.IsThorough ? 1 : 11;
        foreach (var (fault, lasting) in FaultyDisk.IsThorough ? [.. Enum.GetValues<DiskFault>().SelectMany(fault => new[] { (fault, false), (fault, true) })] : new[] { (DiskFault.Full, false), (DiskFault.Torn, true) })
        {
            var at = 1;
            while (await PublishWithAsync(fault, lasting, at))
            {
                at += step;
            }

            Assert.True(at > 10, $"{fault}: only {at} writes.");
            TestContext.Current.TestOutputHelper?.WriteLine($"{fault}, lasting {lasting}: {(at - 1) / step} runs");
        }
    }

    /// <summary>False where there was no such write any more.</summary>
    private static async Task<bool> PublishWithAsync(DiskFault fault, bool lasting, int at)
    {
        using var folder = new OutboxFolder();
        var context = $"{fault}, lasting {lasting}, at write {at}";
        FaultyDisk.Arm(folder.File, at, fault, lasting);
        OutboxStore outbox;
        var writes = 0;
        try
        {
            outbox = folder.Open();
        }
        catch (OutboxException error)
        {
            // It says so, and starts where the disk is good again.
            Assert.Contains(folder.File, error.Message, StringComparison.Ordinal);
            writes = FaultyDisk.Disarm();
            outbox = folder.Open();
        }

        await using (outbox)
        {
            for (var number = 1; number <= Events; number++)
            {
                OutboxStoreTests.Publish(outbox, 1);
                for (var tries = 0; outbox.Status is { Degraded: null } status && status.LastSeq < number && tries < 2000; tries++)
                {
                    await Task.Delay(5, TestContext.Current.CancellationToken);
                }
            }

            writes += FaultyDisk.Disarm();
            await OutboxStoreTests.FlushAsync(outbox, Events);
            var first = await outbox.ReadAsync(0, 2);
            await outbox.DeliveredAsync([first[0].Number]);
            Assert.True(outbox.Status.Degraded is null, context);
        }

        await using (var again = folder.Open())
        {
            var entries = await again.ReadAsync(0, 1000);
            Assert.True(entries.Where(entry => entry.Kind == OutboxKind.Event).Select(OutboxStoreTests.Seq).SequenceEqual(Enumerable.Range(1, Events).Select(seq => (long)seq).Skip(entries.Any(IsFirst) ? 0 : 1)),
                $"{context}: {string.Join(", ", entries.Select(entry => entry.Id))}");
            Assert.Equal(entries.Count, entries.Select(entry => entry.Id).Distinct().Count());
            OutboxStoreTests.Publish(again, 1);
            await OutboxStoreTests.FlushAsync(again, Events + 1);
        }

        return writes >= at;
    }

    // The first message may be the alarm that a damaged file was set aside.
    private static bool IsFirst(OutboxEntry entry) => entry.Kind == OutboxKind.Event && OutboxStoreTests.Seq(entry) == 1;
}
