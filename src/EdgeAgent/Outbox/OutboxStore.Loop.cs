using Microsoft.Data.Sqlite;
using ShiTu.EdgeAgent.Events;

namespace ShiTu.EdgeAgent.Outbox;

/// <summary>The outbox's own thread.</summary>
internal sealed partial class OutboxStore
{
    private static readonly TimeSpan RetryDelay = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan ClosePatience = TimeSpan.FromSeconds(5);
    private readonly List<RecognitionEvent> _batch = [];
    private readonly List<OutboxWork> _batchWork = [];
    private DateTimeOffset? _stuckSince;
    private DateTimeOffset? _closeBy;
    private string? _stuckText;
    private (long Seq, long Number) _durable;

    private void Loop()
    {
        _durable = (_writer.Database.LastSeq, _writer.Database.LastNumber);
        try
        {
            while (true)
            {
                _wake.Wait(TimeSpan.FromSeconds(1));
                var closing = _closing;
                bool more;
                do
                {
                    more = Gather();
                    CommitBatch();
                }
                while (more);
                if (closing && _batch.Count == 0)
                {
                    break;
                }
            }
        }
        finally
        {
            foreach (var work in _batchWork)
            {
                work.Fail(new ObjectDisposedException(nameof(OutboxStore)));
            }

            _writer.Database.Dispose();
            _ended.TrySetResult();
        }
    }

    private bool Gather()
    {
        while (_batch.Count < MostInBatch && _events.Reader.TryRead(out var recognitionEvent))
        {
            _batch.Add(recognitionEvent);
        }

        while (_work.Reader.TryRead(out var work))
        {
            _batchWork.Add(work);
        }

        return _batch.Count == MostInBatch;
    }

    private void CommitBatch()
    {
        var lost = Interlocked.Read(ref _lost);
        var sweep = _time.GetElapsedTime(_sweepAt) > TimeSpan.FromSeconds(30);
        var capped = _writer.Database.PendingBytes > _options.MaxBytes || (sweep && _options.MaxAge > TimeSpan.Zero);
        if (_batch.Count == 0 && _batchWork.Count == 0 && lost == 0 && !sweep && !capped && _stuckText is null)
        {
            return;
        }

        while (!TryCommit(lost, sweep))
        {
            _closeBy ??= _closing ? _time.GetUtcNow() + ClosePatience : null;
            if (_closeBy is { } end && _time.GetUtcNow() > end)
            {
                LogLost(_path, _batch.Count + _events.Reader.Count + lost, _stuckText ?? "");
                _batch.Clear();
                return;
            }

            _wake.Wait(RetryDelay);
        }

        Interlocked.Add(ref _lost, -lost);
        _sweepAt = sweep ? _time.GetTimestamp() : _sweepAt;
        foreach (var work in _batchWork)
        {
            work.Complete();
        }

        var news = _batch.Count > 0 || _batchWork.Count > 0;
        _batch.Clear();
        _batchWork.Clear();
        Volatile.Write(ref _status, Measure(null));
        if (news && _writer.Database.Pending > 0)
        {
            _pending.Set();
        }
    }

    private bool TryCommit(long lost, bool sweep)
    {
        try
        {
            using var transaction = _writer.Database.Begin();
            Write(lost, sweep);
            transaction.Commit();
            _durable = (_writer.Database.LastSeq, _writer.Database.LastNumber);
            if (_stuckText is not null)
            {
                LogFree(_path);
                _stuckText = null;
                _stuckSince = null;
            }

            return true;
        }
        catch (Exception e) when (e is SqliteException or InvalidOperationException)
        {
            Stuck(e is SqliteException { SqliteErrorCode: SQLitePCL.raw.SQLITE_FULL } ? "the disk is full." : e.Message);
            return Reopen();
        }
    }

    private void Write(long lost, bool sweep)
    {
        foreach (var recognitionEvent in _batch)
        {
            _writer.Append(recognitionEvent);
        }

        if (lost > 0)
        {
            _writer.AppendLost(lost);
        }

        if (_batch.Count > 0 || lost > 0)
        {
            _writer.Database.SaveSeq();
        }

        if (_stuckText is not null && _stuckSince is { } since)
        {
            _writer.Append(OutboxDraft.From(new Alarm("outbox_stuck", AlarmSeverity.Critical, $"The outbox could not be written: {_stuckText}", since)));
        }

        foreach (var work in _batchWork)
        {
            work.Apply(_writer);
        }

        _writer.EnforceCaps();
        if (sweep)
        {
            _writer.Sweep();
        }
    }

    private void Stuck(string text)
    {
        if (_stuckText is null)
        {
            _stuckSince = _time.GetUtcNow();
            LogStuck(_path, text);
        }

        _stuckText = text;
        Volatile.Write(ref _status, Volatile.Read(ref _status) with { Degraded = $"outbox: {text}" });
    }

    // A commit that failed may still have reached the disk: only the file itself knows. True where it did.
    private bool Reopen()
    {
        try
        {
            _writer.Database.Dispose();
            _writer.Database = OutboxDatabase.Open(_path);
            var found = (_writer.Database.LastSeq, _writer.Database.LastNumber);
            var reached = found != _durable;
            _durable = found;
            return reached;
        }
        catch (SqliteException e)
        {
            Stuck(e.Message);
            return false;
        }
    }
}
