using System.Threading.Channels;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using ShiTu.EdgeAgent.Events;

namespace ShiTu.EdgeAgent.Outbox;

/// <summary>
/// Events, gaps, alarms and receipts on their way to the broker (decision 7). One thread owns the SQLite file and commits what has gathered; producers never wait for the disk.
/// A message is on the disk before anyone may send it, and stays until the broker acknowledged it.
/// </summary>
internal sealed partial class OutboxStore : IAsyncDisposable
{
    private const int MostInBatch = 512;
    private readonly string _path;
    private readonly OutboxOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly FileStream _lock;
    private readonly Channel<RecognitionEvent> _events;
    private readonly Channel<OutboxWork> _work = Channel.CreateUnbounded<OutboxWork>(new UnboundedChannelOptions { SingleReader = true });
    private readonly SemaphoreSlim _wake = new(0);
    private readonly WakeSignal _pending = new();
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly OutboxWriter _writer;
    private volatile bool _closing;
    private long _lost;
    private long _waits;
    private long _sweepAt;
    private OutboxStatus _status;

    private OutboxStore(string path, OutboxOptions options, FileStream fileLock, OutboxWriter writer, TimeProvider time, ILogger logger)
    {
        _path = path;
        _options = options;
        _lock = fileLock;
        _writer = writer;
        _time = time;
        _logger = logger;
        _events = Channel.CreateBounded<RecognitionEvent>(new BoundedChannelOptions(options.QueueLength) { SingleReader = true });
        _status = Measure(null);
        new Thread(Loop) { IsBackground = true, Name = "outbox" }.Start();
    }

    /// <summary>How it is; a snapshot of the last commit.</summary>
    public OutboxStatus Status => Volatile.Read(ref _status) with { Queued = _events.Reader.Count, Waits = Interlocked.Read(ref _waits) };

    /// <summary>Opens or makes the outbox. A damaged file is set aside, what can be read of it is taken over, and an alarm says so.</summary>
    /// <param name="path">The file, <c>outbox.db</c>.</param>
    /// <param name="options">Caps.</param>
    /// <param name="device">The device's name in event ids.</param>
    /// <param name="window">Most messages that are on their way at once (<c>mqtt.in_flight</c>).</param>
    /// <param name="time">Clock.</param>
    /// <param name="logger">Where trouble is told.</param>
    /// <exception cref="OutboxException">Another process has it, or the folder cannot be written.</exception>
    public static OutboxStore Open(string path, OutboxOptions options, string device, int window, TimeProvider time, ILogger? logger = null)
    {
        logger ??= NullLogger.Instance;
        FileStream fileLock;
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
            fileLock = new FileStream(path + ".lock", FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new OutboxException($"The outbox {path} cannot be opened: {e.Message} Only one service may use it, and it must be able to write there.", e);
        }

        try
        {
            var database = OutboxSalvage.Open(path, time, logger, out var salvaged);
            var store = new OutboxStore(path, options, fileLock, new OutboxWriter(database, options, device, window, time), time, logger);
            if (salvaged is not null)
            {
                store.Enqueue(new OutboxAction(writer => writer.Append(OutboxDraft.From(salvaged))));
            }

            return store;
        }
        catch (Exception e)
        {
            fileLock.Dispose();
            throw e is SqliteException ? new OutboxException($"The outbox {path} cannot be opened: {e.Message}", e) : e;
        }
    }

    /// <summary>Takes an event; waits only where the queue is full, and then no longer than the options say.</summary>
    public void Publish(RecognitionEvent recognitionEvent)
    {
        if (!_events.Writer.TryWrite(recognitionEvent))
        {
            Interlocked.Increment(ref _waits);
            using var patience = new CancellationTokenSource(_options.FullQueueWait, _time);
            if (!WaitAndWrite(recognitionEvent, patience.Token))
            {
                Interlocked.Increment(ref _lost);
            }
        }

        Wake();
    }

    /// <summary>Adds an alarm or receipt; the task completes when it is durable.</summary>
    public Task AppendAsync(OutboxDraft draft) => Enqueue(new OutboxAction(writer => writer.Append(draft))).Done;

    /// <summary>The oldest messages that wait, after <paramref name="after"/>, all durable.</summary>
    public async Task<IReadOnlyList<OutboxEntry>> ReadAsync(long after, int limit)
    {
        var question = new OutboxQuestion<List<OutboxEntry>>(writer => writer.Read(after, limit));
        await Enqueue(question).Done.ConfigureAwait(false);
        return question.Answer!;
    }

    /// <summary>Marks messages as delivered; completes when that is durable.</summary>
    public Task DeliveredAsync(IReadOnlyList<long> numbers) => Enqueue(new OutboxAction(writer => writer.Deliver(numbers))).Done;

    /// <summary>Sends delivered events again; returns how many.</summary>
    public async Task<int> ReplayAsync(long fromSeq, DateTimeOffset since)
    {
        var question = new OutboxQuestion<int>(writer => writer.Replay(fromSeq, since));
        await Enqueue(question).Done.ConfigureAwait(false);
        _pending.Set();
        return question.Answer;
    }

    /// <summary>Returns when something new may wait, or after <paramref name="patience"/>.</summary>
    public Task WaitForPendingAsync(TimeSpan patience, CancellationToken cancellation) => _pending.WaitAsync(patience, _time, cancellation);

    /// <summary>Commits what was taken and closes the file.</summary>
    public async ValueTask DisposeAsync()
    {
        _closing = true;
        _events.Writer.TryComplete();
        _work.Writer.TryComplete();
        Wake();
        await _ended.Task.ConfigureAwait(false);
        _wake.Dispose();
        await _lock.DisposeAsync().ConfigureAwait(false);
    }

    private bool WaitAndWrite(RecognitionEvent recognitionEvent, CancellationToken patience)
    {
        try
        {
            while (_events.Writer.WaitToWriteAsync(patience).AsTask().GetAwaiter().GetResult())
            {
                if (_events.Writer.TryWrite(recognitionEvent))
                {
                    return true;
                }
            }
        }
        catch (OperationCanceledException)
        {
        }

        return false;
    }

    private T Enqueue<T>(T work)
        where T : OutboxWork
    {
        if (!_work.Writer.TryWrite(work))
        {
            work.Fail(new ObjectDisposedException(nameof(OutboxStore)));
        }

        Wake();
        return work;
    }

    private void Wake()
    {
        if (_wake.CurrentCount == 0 && !_ended.Task.IsCompleted)
        {
            _wake.Release();
        }
    }

    private OutboxStatus Measure(string? degraded) =>
        new(_writer.Database.Pending, _writer.Database.PendingBytes, 0, _writer.Database.LastSeq, _writer.Dropped, 0, degraded);

    [LoggerMessage(Level = LogLevel.Error, Message = "The outbox {Path} cannot be written: {Reason} Events wait in memory until it can.")]
    private partial void LogStuck(string path, string reason);

    [LoggerMessage(Level = LogLevel.Information, Message = "The outbox {Path} can be written again.")]
    private partial void LogFree(string path);

    [LoggerMessage(Level = LogLevel.Critical, Message = "The outbox {Path} closed with {Events} events that could not be written: {Reason}")]
    private partial void LogLost(string path, long events, string reason);
}
