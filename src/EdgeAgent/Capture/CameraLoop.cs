using Microsoft.Extensions.Logging;
using ShiTu.EdgeAgent.Pipeline;

namespace ShiTu.EdgeAgent.Capture;

/// <summary>Keeps the frames of one source coming: a live one is started again and again, with growing waits, forever; a file or folder runs once.</summary>
internal sealed partial class CameraLoop : IDisposable
{
    private static readonly TimeSpan LongEnough = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan ReportEvery = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan LongestProbe = TimeSpan.FromSeconds(5);

    private readonly CameraOptions _options;
    private readonly SourceAddress _address;
    private readonly IFrameSource _source;
    private readonly ICameraStateListener? _listener;
    private readonly IPulse _pulse;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly FrameSink _sink;
    private readonly BackOff _backOff;
    private readonly Lock _gate = new();
    private CancellationTokenSource? _run;
    private bool _wanted;
    private CameraStatus _status = CameraStatus.Starting;
    private string? _reason;
    private DateTimeOffset _since;
    private long _restarts;
    private long _reported;
    private (long At, long Frames, double Fps) _rate;

    /// <summary>Builds the loop and its source; nothing starts yet.</summary>
    public CameraLoop(CameraOptions options, string ffmpeg, Action posted, ICameraStateListener? listener, IPulse pulse, TimeProvider time, ILogger log)
    {
        _options = options;
        _address = SourceAddress.Parse(options.Source);
        IsLive = _address.IsLive || options.Realtime || (options.Loop && _address.Kind == SourceKind.Video);
        Frames = new FrameMailbox(IsLive, posted);
        _listener = listener;
        _pulse = pulse;
        _time = time;
        _log = log;
        _sink = new FrameSink(Frames, pulse, time) { Noticed = Notice };
        _backOff = new BackOff(options.RestartMin, options.RestartMax);
        _source = Sources.Create(options, _address, ffmpeg, IsLive, time);
        _since = time.GetUtcNow();
        _rate = (time.GetTimestamp(), 0, 0);
    }

    /// <summary>Name of the camera.</summary>
    public string Name => _options.Name;

    /// <summary>Whether frames come at their own pace and only the newest counts.</summary>
    public bool IsLive { get; }

    /// <summary>Whether each frame is a scene of its own.</summary>
    public bool IsScenes => _address.Kind == SourceKind.Pictures && _options.Scenes;

    /// <summary>Frames for the workers.</summary>
    public FrameMailbox Frames { get; }

    /// <summary>Pictures that could not be read.</summary>
    public long Unreadable => _sink.Unreadable;

    /// <summary>Frames given so far.</summary>
    public long Given => _sink.Posted;

    /// <summary>Why a file, folder or list ended early; null where it did not.</summary>
    public string? Failure { get; private set; }

    /// <summary>What is known of the camera.</summary>
    public CameraState State
    {
        get
        {
            lock (_gate)
            {
                return new CameraState(Name, _status, _reason, _since, _status == CameraStatus.Running ? Fps() : 0, Frames.Dropped, _restarts);
            }
        }
    }

    /// <summary>Runs until the end of the source, or until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        Report();
        while (!cancellation.IsCancellationRequested)
        {
            var started = _time.GetTimestamp();
            var end = await RunOnceAsync(cancellation).ConfigureAwait(false);
            if (cancellation.IsCancellationRequested)
            {
                break;
            }

            if (Wanted())
            {
                LogRestart(_log, Name);
                continue;
            }

            if (!IsLive || _address.Kind is SourceKind.Demo or SourceKind.Synthetic || (_address.Kind == SourceKind.Video && !_options.Loop))
            {
                Failure = end.Failure;
                if (end.Failure is not null)
                {
                    LogFailure(_log, Name, end.Failure);
                }

                break;
            }

            if (end.ShortProbe && _source is FfmpegSource ffmpeg)
            {
                ffmpeg.Probe = ffmpeg.Probe * 2 < LongestProbe ? ffmpeg.Probe * 2 : LongestProbe;
            }

            if (end.Frames > 0 && _time.GetElapsedTime(started) > LongEnough)
            {
                _backOff.Reset();
            }

            Become(CameraStatus.Failed, end.Failure);
            await WaitForReturnAsync(cancellation).ConfigureAwait(false);
        }

        Become(CameraStatus.Stopped, Failure);
        _pulse.Wait();
    }

    /// <summary>Starts the source again at once, whatever it is doing.</summary>
    public void Restart()
    {
        lock (_gate)
        {
            _wanted = true;
            _run?.Cancel();
        }
    }

    /// <summary>Tells the listener how things stand, where that was long ago; called now and then by the owner.</summary>
    public void ReportIfDue()
    {
        if (State.Status == CameraStatus.Running && _time.GetElapsedTime(_reported) > ReportEvery)
        {
            Report();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _run?.Dispose();

    private async Task<SourceEnd> RunOnceAsync(CancellationToken cancellation)
    {
        CancellationToken run;
        lock (_gate)
        {
            _run?.Dispose();
            _run = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            run = _run.Token;
            _wanted = false;
        }

        // A thread of its own: the pool must not wait for cameras.
        return await Task.Factory.StartNew(() => _source.Run(_sink, run), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default).ConfigureAwait(false);
    }

    private async Task WaitForReturnAsync(CancellationToken cancellation)
    {
        while (true)
        {
            _pulse.Wait();
            try
            {
                await Task.Delay(_backOff.Next(), _time, RunToken(cancellation)).ConfigureAwait(false);
                if (await Reachability.CheckAsync(_address, _time, cancellation).ConfigureAwait(false) is not { } unreachable)
                {
                    break;
                }

                Become(CameraStatus.Failed, unreachable);
            }
            catch (OperationCanceledException)
            {
                break;
            }
        }

        lock (_gate)
        {
            _restarts++;
        }
    }

    private CancellationToken RunToken(CancellationToken cancellation)
    {
        lock (_gate)
        {
            return _run is { IsCancellationRequested: false } run ? run.Token : cancellation;
        }
    }

    private bool Wanted()
    {
        lock (_gate)
        {
            _restarts += _wanted ? 1 : 0;
            return _wanted;
        }
    }

    // A frame, the first of its run (null), or a picture that could not be read.
    private void Notice(string? unreadable)
    {
        if (unreadable is null)
        {
            Become(CameraStatus.Running, null);
        }
        else
        {
            LogUnreadable(_log, Name, unreadable);
            _listener?.Unreadable(Name, unreadable);
        }
    }

    private void Become(CameraStatus status, string? reason)
    {
        lock (_gate)
        {
            if (_status == status && _reason == reason)
            {
                return;
            }

            if (_status != status)
            {
                _since = _time.GetUtcNow();
                _rate = (_time.GetTimestamp(), Given, 0);
            }

            _status = status;
            _reason = reason;
        }

        LogState(_log, status == CameraStatus.Failed ? LogLevel.Warning : LogLevel.Information, Name, status, _address.Display, reason ?? "");
        Report();
    }

    private void Report()
    {
        _reported = _time.GetTimestamp();
        _listener?.Changed(State);
    }

    // Over the last seconds: measured anew once a second has passed.
    private double Fps()
    {
        var elapsed = _time.GetElapsedTime(_rate.At).TotalSeconds;
        if (elapsed >= 1)
        {
            var fps = (Given - _rate.Frames) / elapsed;
            _rate = (_time.GetTimestamp(), Given, _rate.Fps == 0 ? fps : (_rate.Fps + fps) / 2);
        }

        return _rate.Fps;
    }

    [LoggerMessage(Message = "Camera {Camera}: {Status} ({Source}) {Reason}")]
    private static partial void LogState(ILogger log, LogLevel level, string camera, CameraStatus status, string source, string reason);

    [LoggerMessage(Level = LogLevel.Error, Message = "Camera {Camera}: {Failure}")]
    private static partial void LogFailure(ILogger log, string camera, string failure);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Camera {Camera}: left out: {Finding}")]
    private static partial void LogUnreadable(ILogger log, string camera, string finding);

    [LoggerMessage(Level = LogLevel.Information, Message = "Camera {Camera}: restart asked for")]
    private static partial void LogRestart(ILogger log, string camera);
}
