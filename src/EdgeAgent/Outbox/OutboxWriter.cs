using System.Text.Json;
using ShiTu.EdgeAgent.Events;

namespace ShiTu.EdgeAgent.Outbox;

/// <summary>What happens inside a transaction of the outbox: numbering, deliveries, caps, replay. Used by the outbox's thread only.</summary>
internal sealed class OutboxWriter
{
    private const int ReadColumns = 9;
    private readonly OutboxOptions _options;
    private readonly TimeProvider _time;
    private readonly string _idPrefix;
    private readonly HashSet<long> _offered = [];
    private readonly long _before;

    /// <summary>Works on <paramref name="database"/>.</summary>
    /// <param name="database">The open file.</param>
    /// <param name="options">Caps.</param>
    /// <param name="device">Name in ids.</param>
    /// <param name="window">Messages the broker may have seen when the last process ended: a cap never drops those.</param>
    /// <param name="time">Clock.</param>
    public OutboxWriter(OutboxDatabase database, OutboxOptions options, string device, int window, TimeProvider time)
    {
        Database = database;
        _options = options;
        _time = time;
        _idPrefix = $"{device}.{Ulid.New(time.GetUtcNow())}.";
        _before = database.LastNumber;
        _offered.UnionWith(database.Read("SELECT number FROM message WHERE delivered IS NULL ORDER BY number LIMIT @a", window, 0, row => row.GetInt64(0)));
    }

    /// <summary>The open file.</summary>
    public OutboxDatabase Database { get; set; }

    /// <summary>Events dropped since the start.</summary>
    public long Dropped { get; private set; }

    /// <summary>Adds an event with the next sequence number.</summary>
    public void Append(RecognitionEvent e)
    {
        var seq = ++Database.LastSeq;
        var id = _idPrefix + seq;
        Database.Insert(new OutboxRow(
            OutboxKind.Event, seq, null, $"events/{e.Camera}", id, $"shitu.event.{EventJson.Name(e.Type)}", e.Time, Clock(), EventJson.WriteOpen(e, seq, id)));
    }

    /// <summary>Adds an alarm or receipt.</summary>
    public void Append(OutboxDraft draft) => Database.Insert(new OutboxRow(
        draft.Kind, null, null, draft.Topic, $"{_idPrefix}m{Database.LastNumber + 1}", draft.Type, _time.GetUtcNow(), Clock(), draft.Payload));

    /// <summary>Gives sequence numbers to events that found the queue full, and says so.</summary>
    public void AppendLost(long count)
    {
        var from = Database.LastSeq + 1;
        Database.LastSeq += count;
        Dropped += count;
        AppendGap(from, Database.LastSeq, "queue_full");
    }

    /// <summary>The oldest messages that wait, after <paramref name="after"/>.</summary>
    public List<OutboxEntry> Read(long after, int limit)
    {
        var entries = Database.Read(
            "SELECT number, kind, topic, id, type, time, clock, replay, payload FROM message WHERE delivered IS NULL AND number > @a ORDER BY number LIMIT @b",
            after, limit, row =>
            {
                var number = row.GetInt64(0);
                var kind = (OutboxKind)row.GetInt32(1);
                var payload = row.GetFieldValue<byte[]>(ReadColumns - 1);
                var historical = row.GetInt32(7) != 0 || number <= _before || _offered.Contains(number) || Clock() - row.GetInt64(6) > 60_000;
                return new OutboxEntry(number, kind, row.GetString(2), row.GetString(3), row.GetString(4), DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(5)),
                    kind == OutboxKind.Event ? EventJson.Seal(payload, historical) : payload);
            });
        _offered.UnionWith(entries.Select(entry => entry.Number));
        return entries;
    }

    /// <summary>Marks messages as delivered.</summary>
    public void Deliver(IReadOnlyList<long> numbers)
    {
        var now = _time.GetUtcNow();
        foreach (var number in numbers)
        {
            Database.Deliver(number, now);
            _offered.Remove(number);
        }
    }

    /// <summary>Makes delivered events pending again; returns how many.</summary>
    public int Replay(long fromSeq, DateTimeOffset since)
    {
        var count = Database.Execute(
            "UPDATE message SET delivered = NULL, replay = 1 WHERE delivered IS NOT NULL AND kind = 0 AND seq >= @a AND time >= @b", fromSeq, since.ToUnixTimeMilliseconds());
        Database.Recount();
        return count;
    }

    /// <summary>Drops what is over the caps, oldest first, and writes which; never what the broker may have seen.</summary>
    public void EnforceCaps()
    {
        var now = _time.GetUtcNow();
        if (_options.MaxAge > TimeSpan.Zero)
        {
            // What is sent again was asked for: it is old, and goes all the same.
            Drop("age", "replay = 0 AND time < @a", (now - _options.MaxAge).ToUnixTimeMilliseconds(), () => true);
        }

        if (Database.PendingBytes > _options.MaxBytes)
        {
            Drop("bytes", "@a = 0", 0, () => Database.PendingBytes > _options.MaxBytes);
        }
    }

    /// <summary>Forgets delivered messages beyond the replay window.</summary>
    public void Sweep()
    {
        Database.Execute("DELETE FROM message WHERE delivered < @a", (_time.GetUtcNow() - _options.ReplayWindow).ToUnixTimeMilliseconds());
        var excess = Database.Scalar($"SELECT coalesce(sum(length(payload) + {OutboxDatabase.RowBytes}), 0) FROM message WHERE delivered IS NOT NULL") - _options.ReplayBytes;
        while (excess > 0)
        {
            var oldest = Database.Read(
                $"SELECT number, length(payload) + {OutboxDatabase.RowBytes} FROM message WHERE delivered IS NOT NULL ORDER BY number LIMIT 512", 0, 0, row => (row.GetInt64(0), row.GetInt64(1)));
            if (oldest.Count == 0)
            {
                break;
            }

            foreach (var (number, bytes) in oldest.TakeWhile(_ => excess > 0))
            {
                Database.Execute("DELETE FROM message WHERE number = @a", number);
                excess -= bytes;
            }
        }

        Database.Execute("PRAGMA incremental_vacuum(256)");
    }

    private long Clock() => (long)_time.GetElapsedTime(0).TotalMilliseconds;

    private void Drop(string reason, string where, long value, Func<bool> more)
    {
        var after = 0L;
        (long From, long To)? run = null;
        while (more())
        {
            var oldest = Database.Read(
                $"SELECT number, seq, length(payload), replay FROM message WHERE delivered IS NULL AND kind = 0 AND number > @b AND {where} ORDER BY number LIMIT 256",
                value, after, row => (Number: row.GetInt64(0), Seq: row.GetInt64(1), Length: row.GetInt64(2), IsReplay: row.GetInt32(3) != 0));
            if (oldest.Count == 0)
            {
                break;
            }

            foreach (var (number, seq, length, isReplay) in oldest.TakeWhile(_ => more()))
            {
                after = number;
                if (_offered.Contains(number))
                {
                    continue;
                }

                if (isReplay)
                {
                    // It was delivered before: what is dropped is only its repetition.
                    Database.Deliver(number, _time.GetUtcNow());
                    continue;
                }

                Database.Delete(number, length);
                Dropped++;
                if (run is { } open && open.To + 1 == seq)
                {
                    run = (open.From, seq);
                    continue;
                }

                Close(run, reason);
                run = (seq, seq);
            }
        }

        Close(run, reason);
    }

    private void Close((long From, long To)? run, string reason)
    {
        if (run is not { } gap)
        {
            return;
        }

        // A gap that still waits grows instead of being followed by another: a full outbox must not fill with gaps.
        var last = Database.Read(
            "SELECT number, seq, length(payload) FROM message WHERE delivered IS NULL AND kind = 1 AND to_seq = @a ORDER BY number DESC LIMIT 1",
            gap.From - 1, 0, row => (Number: row.GetInt64(0), From: row.GetInt64(1), Length: row.GetInt64(2)));
        if (last is [var waiting] && !_offered.Contains(waiting.Number))
        {
            Database.Delete(waiting.Number, waiting.Length);
            AppendGap(waiting.From, gap.To, reason);
        }
        else
        {
            AppendGap(gap.From, gap.To, reason);
        }
    }

    private void AppendGap(long from, long to, string reason) => Database.Insert(new OutboxRow(
        OutboxKind.Gap, from, to, "gaps", $"{_idPrefix}g{from}-{to}", "shitu.gap", _time.GetUtcNow(), Clock(), PayloadWriter.Object((from, to, reason), static (json, gap) =>
        {
            json.WriteNumber("from_seq", gap.from);
            json.WriteNumber("to_seq", gap.to);
            json.WriteString("reason", gap.reason);
        })));
}
