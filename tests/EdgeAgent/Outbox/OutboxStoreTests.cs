using System.Text.Json;
using ShiTu.EdgeAgent.Outbox;
using ShiTu.EdgeAgent.Tests.Events;
using Xunit;

namespace ShiTu.EdgeAgent.Tests.Outbox;

public sealed class OutboxStoreTests : IDisposable
{
    private readonly OutboxFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Events_come_back_in_order_with_a_sequence_that_goes_on_after_a_restart()
    {
        await using (var outbox = _folder.Open())
        {
            Publish(outbox, 3);
        }

        await using (var outbox = _folder.Open())
        {
            Publish(outbox, 2);
            var entries = await ReadAllAsync(outbox, 5);
            Assert.Equal([1, 2, 3, 4, 5], entries.Select(Seq));
            Assert.Equal(5, entries.Select(entry => entry.Id).Distinct().Count());
            Assert.All(entries, entry => Assert.StartsWith("till-3.", entry.Id, StringComparison.Ordinal));
            Assert.Equal([true, true, true, false, false], entries.Select(entry => Root(entry).GetProperty("historical").GetBoolean()));
        }
    }

    [Fact]
    public async Task A_delivered_message_is_not_offered_again_and_an_undelivered_one_is_with_the_same_id()
    {
        string[] ids;
        await using (var outbox = _folder.Open())
        {
            Publish(outbox, 4);
            var entries = await ReadAllAsync(outbox, 4);
            ids = [.. entries.Select(entry => entry.Id)];
            await outbox.DeliveredAsync([entries[0].Number, entries[2].Number]);
        }

        await using (var outbox = _folder.Open())
        {
            Assert.Equal([ids[1], ids[3]], (await ReadAllAsync(outbox, 2)).Select(entry => entry.Id));
        }
    }

    [Fact]
    public async Task What_is_read_is_on_the_disk_already()
    {
        await using var outbox = _folder.Open();
        Publish(outbox, 10);
        var entries = await ReadAllAsync(outbox, 10);
        var copy = Path.Combine(_folder.Folder, "copy.db");
        File.Copy(_folder.File, copy);
        File.Copy(_folder.File + "-wal", copy + "-wal");
        await using var other = OutboxStore.Open(copy, new OutboxOptions(), "till-3", 32, TimeProvider.System);
        Assert.Equal(entries.Select(entry => entry.Id), (await ReadAllAsync(other, 10)).Select(entry => entry.Id));
    }

    [Fact]
    public async Task Replay_offers_delivered_events_again_marked_as_historical()
    {
        await using var outbox = _folder.Open();
        Publish(outbox, 5);
        var entries = await ReadAllAsync(outbox, 5);
        await outbox.DeliveredAsync([.. entries.Select(entry => entry.Number)]);
        Assert.Equal(0, outbox.Status.Pending);
        Assert.Equal(3, await outbox.ReplayAsync(3, DateTimeOffset.MinValue));
        var again = await ReadAllAsync(outbox, 3);
        Assert.Equal(entries.Skip(2).Select(entry => entry.Id), again.Select(entry => entry.Id));
        Assert.All(again, entry => Assert.True(Root(entry).GetProperty("historical").GetBoolean()));
    }

    [Fact]
    public async Task An_event_that_waited_for_more_than_a_minute_is_historical()
    {
        var clock = OutboxFolder.Clock();
        await using var outbox = _folder.Open(time: clock);
        Publish(outbox, 1);
        await FlushAsync(outbox, 1);
        clock.Advance(TimeSpan.FromSeconds(61));
        Publish(outbox, 1);
        var entries = await ReadAllAsync(outbox, 2);
        Assert.True(Root(entries[0]).GetProperty("historical").GetBoolean());
        Assert.False(Root(entries[1]).GetProperty("historical").GetBoolean());
    }

    [Fact]
    public async Task A_cap_on_bytes_drops_the_oldest_events_and_a_gap_says_which_so_that_all_are_accounted_for()
    {
        await using var outbox = _folder.Open(new OutboxOptions { MaxBytes = 1 << 20 });
        const int Produced = 3000;
        Publish(outbox, Produced);
        await AccountAsync(outbox, Produced, reason: "bytes", expectDrop: true);
        Assert.InRange(outbox.Status.PendingBytes, 0, (1 << 20) + 4096);
    }

    [Fact]
    public async Task What_the_broker_may_have_seen_is_never_dropped_into_a_gap()
    {
        await using var outbox = _folder.Open(new OutboxOptions { MaxBytes = 1 << 20 });
        Publish(outbox, 20);
        var offered = await ReadAllAsync(outbox, 20);
        Publish(outbox, 3000);
        await FlushAsync(outbox, 3020);
        Assert.Equal(offered.Select(entry => entry.Id), (await outbox.ReadAsync(0, 20)).Select(entry => entry.Id));
        await AccountAsync(outbox, 3020, "bytes", expectDrop: true);
    }

    [Fact]
    public async Task A_cap_on_age_drops_old_events_and_nothing_else()
    {
        var clock = OutboxFolder.Clock();
        await using var outbox = _folder.Open(new OutboxOptions { MaxAge = TimeSpan.FromHours(1) }, window: 0, time: clock);
        Publish(outbox, 5);
        await FlushAsync(outbox, 5);
        await outbox.AppendAsync(OutboxDraft.From(new Alarm("early", AlarmSeverity.Warning, "", clock.GetUtcNow())));
        clock.Advance(TimeSpan.FromHours(2));
        foreach (var _ in Enumerable.Range(0, 2))
        {
            outbox.Publish(SampleEvents.Confirmed() with { Time = clock.GetUtcNow() });
        }

        await outbox.AppendAsync(OutboxDraft.From(new Alarm("late", AlarmSeverity.Warning, "", clock.GetUtcNow())));
        var entries = await AccountAsync(outbox, 7, "age", expectDrop: true);
        Assert.Equal(2, entries.Count(entry => entry.Kind == OutboxKind.Alarm));
        Assert.Equal(2, entries.Count(entry => entry.Kind == OutboxKind.Event));
    }

    [Fact]
    public async Task Events_that_are_sent_again_are_no_gap_where_a_cap_drops_them_and_are_never_too_old()
    {
        const int Produced = 2000;
        var clock = OutboxFolder.Clock();
        await using (var outbox = _folder.Open(window: 0, time: clock))
        {
            Publish(outbox, Produced);
            await outbox.DeliveredAsync([.. (await ReadAllAsync(outbox, Produced)).Select(entry => entry.Number)]);
        }

        clock.Advance(TimeSpan.FromHours(2));
        await using var again = _folder.Open(new OutboxOptions { MaxBytes = 1 << 20, MaxAge = TimeSpan.FromHours(1) }, window: 0, time: clock);
        Assert.Equal(Produced, await again.ReplayAsync(1, DateTimeOffset.MinValue));
        await again.AppendAsync(OutboxDraft.From(new Alarm("late", AlarmSeverity.Warning, "", clock.GetUtcNow())));
        var entries = await ReadAllAsync(again, 500);
        Assert.DoesNotContain(entries, entry => entry.Kind == OutboxKind.Gap);
        Assert.Equal(Enumerable.Range(Produced - entries.Count + 2, entries.Count - 1).Select(seq => (long)seq), entries.SkipLast(1).Select(Seq));
        Assert.InRange(again.Status.PendingBytes, 1, 1 << 20);
        Assert.Equal(0, again.Status.Dropped);
    }

    [Fact]
    public async Task A_damaged_file_is_set_aside_its_events_are_taken_over_and_the_sequence_goes_on()
    {
        await using (var outbox = _folder.Open())
        {
            Publish(outbox, 400);
        }

        using (var file = new FileStream(_folder.File, FileMode.Open))
        {
            file.Seek(file.Length - 3000, SeekOrigin.Begin);
            file.Write(new byte[2000]);
        }

        await using var repaired = _folder.Open();
        Publish(repaired, 1);
        var entries = await ReadAllAsync(repaired, 2);
        Assert.Contains(entries, entry => entry.Kind == OutboxKind.Alarm && Root(entry).GetProperty("alarm").GetString() == "outbox_damaged");
        Assert.Equal(401, entries.Where(entry => entry.Kind == OutboxKind.Event).Max(Seq));
        Assert.NotEmpty(Directory.GetFiles(_folder.Folder, "outbox.db.damaged-*"));
    }

    [Fact]
    public async Task A_second_service_is_refused_while_the_first_one_has_it()
    {
        await using var first = _folder.Open();
        var refused = Assert.Throws<OutboxException>(() => _folder.Open());
        Assert.Contains(_folder.File, refused.Message, StringComparison.Ordinal);
    }

    internal static void Publish(OutboxStore outbox, int count)
    {
        for (var i = 0; i < count; i++)
        {
            outbox.Publish(SampleEvents.Confirmed(number: i));
        }
    }

    internal static async Task<IReadOnlyList<OutboxEntry>> ReadAllAsync(OutboxStore outbox, int atLeast)
    {
        for (var tries = 0; ; tries++)
        {
            var entries = await outbox.ReadAsync(0, 1_000_000);
            if (entries.Count >= atLeast || tries == 400)
            {
                Assert.True(entries.Count >= atLeast, $"{entries.Count} of {atLeast} messages came.");
                return entries;
            }

            await Task.Delay(25, TestContext.Current.CancellationToken);
        }
    }

    internal static async Task FlushAsync(OutboxStore outbox, long seq)
    {
        for (var tries = 0; outbox.Status.LastSeq < seq && tries < 800; tries++)
        {
            await Task.Delay(25, TestContext.Current.CancellationToken);
        }

        Assert.Equal(seq, outbox.Status.LastSeq);
    }

    internal static JsonElement Root(OutboxEntry entry) => JsonDocument.Parse(entry.Payload).RootElement;

    internal static long Seq(OutboxEntry entry) => Root(entry).GetProperty("seq").GetInt64();

    internal static async Task<IReadOnlyList<OutboxEntry>> AccountAsync(OutboxStore outbox, int produced, string reason, bool expectDrop)
    {
        await FlushAsync(outbox, produced);
        var entries = await outbox.ReadAsync(0, 1_000_000);
        var seen = entries.Where(entry => entry.Kind == OutboxKind.Event).Select(Seq).ToList();
        foreach (var gap in entries.Where(entry => entry.Kind == OutboxKind.Gap).Select(Root))
        {
            Assert.Equal(reason, gap.GetProperty("reason").GetString());
            var from = gap.GetProperty("from_seq").GetInt64();
            var to = gap.GetProperty("to_seq").GetInt64();
            seen.AddRange(Enumerable.Range((int)from, (int)(to - from + 1)).Select(seq => (long)seq));
        }

        Assert.Equal(Enumerable.Range(1, produced).Select(seq => (long)seq), seen.Order());
        Assert.Equal(expectDrop, entries.Any(entry => entry.Kind == OutboxKind.Gap));
        return entries;
    }
}
