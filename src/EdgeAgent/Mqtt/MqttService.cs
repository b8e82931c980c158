using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using ShiTu.EdgeAgent.Outbox;

namespace ShiTu.EdgeAgent.Mqtt;

/// <summary>
/// The device on the broker: connects for ever, with back-off, over all brokers in order; keeps the retained states, drains the outbox, sends telemetry beside it, and hands incoming
/// messages to their handlers. Everything may be called before and without a connection.
/// </summary>
internal sealed partial class MqttService
{
    private static readonly TimeSpan FileLook = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Goodbye = TimeSpan.FromSeconds(3);
    private readonly MqttOptions _options;
    private readonly DeviceIdentity _identity;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly OutboxSender _sender;
    private readonly RetainedBoard _board = new();
    private readonly TelemetryLane _telemetry = new();
    private readonly List<BrokerAddress> _brokers;
    private readonly HashSet<BrokerAddress> _older = [];
    private MqttState _state;
    private long _connections;

    /// <summary>Sets it up; nothing happens before <see cref="RunAsync"/>.</summary>
    public MqttService(MqttOptions options, OutboxStore outbox, DeviceIdentity identity, TimeProvider time, ILogger? logger = null)
    {
        _options = options;
        _identity = identity;
        _time = time;
        _logger = logger ?? NullLogger.Instance;
        Topics = Topics.Of(options);
        Incoming = new IncomingRouter(options, _logger);
        _brokers = [.. options.Brokers.Select(BrokerAddress.Parse)];
        _sender = new OutboxSender(outbox, Topics, options, time, _logger);
        _state = new MqttState(false, null, null, time.GetUtcNow(), "mqtt: not connected yet", 0, 0);
        SetStatus([]);
        if (options.HomeAssistant)
        {
            SetRetained(HomeAssistantDiscovery.Topic(options), HomeAssistantDiscovery.Document(options, Topics, identity));
        }
    }

    /// <summary>The device's topics.</summary>
    public Topics Topics { get; }

    /// <summary>What is subscribed to.</summary>
    public IncomingRouter Incoming { get; }

    /// <summary>How it is.</summary>
    public MqttState State => Volatile.Read(ref _state) with
    {
        Delivered = _sender.Delivered,
        Reconnects = Math.Max(0, Interlocked.Read(ref _connections) - 1),
        Trouble = Volatile.Read(ref _state).Trouble ?? _sender.Refused,
    };

    /// <summary>Publishes the device's state with the reasons why it is degraded.</summary>
    public void SetStatus(IReadOnlyList<string> degraded) => _board.Set(Topics.Status, StateJson.Device("online", _identity, degraded));

    /// <summary>Publishes a camera's state.</summary>
    public void SetCamera(string camera, CameraStatus status) => _board.Set(Topics.Camera(camera), StateJson.Camera(status));

    /// <summary>Publishes the gallery's state.</summary>
    public void SetGallery(GalleryStatus status) => _board.Set(Topics.Gallery, StateJson.Gallery(status));

    /// <summary>Publishes any other retained document, as a discovery.</summary>
    public void SetRetained(string topic, byte[] payload) => _board.Set(topic, payload);

    /// <summary>Sends metrics, or drops them.</summary>
    public void PostMetrics(ReadOnlyMemory<byte> json) => _telemetry.Post(new OutgoingMessage(Topics.Metrics, json) { Acknowledged = false, Expiry = TimeSpan.FromMinutes(1) });

    /// <summary>Sends a frame's boxes and verdicts where that is switched on, or drops them.</summary>
    public void PostLive(string camera, ReadOnlyMemory<byte> json)
    {
        if (_options.Live)
        {
            _telemetry.Post(new OutgoingMessage(Topics.Live(camera), json) { Acknowledged = false, Expiry = TimeSpan.FromSeconds(5) });
        }
    }

    /// <summary>Sends an event's picture where that is switched on, or drops it.</summary>
    public void PostPicture(string eventId, ReadOnlyMemory<byte> jpeg)
    {
        if (_options.Pictures)
        {
            _telemetry.Post(new OutgoingMessage(Topics.Picture(eventId), jpeg) { Acknowledged = false, ContentType = "image/jpeg", Expiry = TimeSpan.FromMinutes(1) });
        }
    }

    /// <summary>Sends the answer of a command where its sender asked for it, or drops it: the receipt goes through the outbox anyway.</summary>
    /// <returns>Whether that topic may be answered on: it must lie below <see cref="Topics.Replies"/>, since the sender's wish is not signed.</returns>
    public bool PostReply(string topic, byte[]? correlation, ReadOnlyMemory<byte> json)
    {
        if (!topic.StartsWith(Topics.Replies, StringComparison.Ordinal) || !topic[Topics.Replies.Length..].Split('/').All(TopicName.IsValid))
        {
            return false;
        }

        _telemetry.Post(new OutgoingMessage(topic, json) { Correlation = correlation, Expiry = TimeSpan.FromMinutes(1) });
        return true;
    }

    /// <summary>Connects and stays connected until it is cancelled; then says <c>stopped</c> and goes.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        if (!_options.Enabled)
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, _time, cancellation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            return;
        }

        var delay = new ReconnectDelay(_options.BackoffMin, _options.BackoffMax);
        while (!cancellation.IsCancellationRequested)
        {
            var connected = false;
            foreach (var broker in _brokers)
            {
                if (cancellation.IsCancellationRequested)
                {
                    return;
                }

                if (await TryAsync(broker, delay, cancellation).ConfigureAwait(false))
                {
                    connected = true;
                    break;
                }
            }

            // A broker that took this device and lost it is tried again after the shortest wait.
            await Task.Delay(connected ? new ReconnectDelay(_options.BackoffMin, _options.BackoffMax).Next() : delay.Next(), _time, cancellation)
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task<bool> TryAsync(BrokerAddress broker, ReconnectDelay delay, CancellationToken cancellation)
    {
        var connected = false;
        try
        {
            await using var session = await OpenAsync(broker, cancellation).ConfigureAwait(false);
            connected = true;
            delay.Reset();
            await Incoming.OpenAsync(session, cancellation).ConfigureAwait(false);
            Interlocked.Increment(ref _connections);
            SetState(new MqttState(true, broker.ToString(), session.Version5 ? "5" : "3.1.1", _time.GetUtcNow(), null, 0, 0));
            LogConnected(broker, session.Version5 ? "5" : "3.1.1", session.SessionPresent);
            await ServeAsync(session, cancellation).ConfigureAwait(false);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            if (!cancellation.IsCancellationRequested)
            {
                Trouble(broker, e, connected);
            }
        }
        finally
        {
            Incoming.Clear();
        }

        return connected;
    }

    private async Task<MqttSession> OpenAsync(BrokerAddress broker, CancellationToken cancellation)
    {
        var will = new OutgoingMessage(Topics.Status, StateJson.Device("offline", _identity, []));
        var version5 = _options.Protocol == "5" || (_options.Protocol == "auto" && !_older.Contains(broker));
        try
        {
            return await MqttSession.ConnectAsync(broker, _options, version5, will, Incoming.ReceiveAsync, cancellation).ConfigureAwait(false);
        }
        catch (Exception e) when (_options.Protocol == "auto" && SpeaksAnother(e))
        {
            // An old broker answers an MQTT 5 greeting with a refusal of its own time, or just hangs up.
            var session = await MqttSession.ConnectAsync(broker, _options, !version5, will, Incoming.ReceiveAsync, cancellation).ConfigureAwait(false);
            _ = version5 ? _older.Add(broker) : _older.Remove(broker);
            return session;
        }
    }

    private static bool SpeaksAnother(Exception e) => e is MqttRefusedException { OtherProtocol: true } ||
        (e is MQTTnet.Adapter.MqttConnectingFailedException or MQTTnet.Exceptions.MqttProtocolViolationException && e.GetBaseException() is not (OperationCanceledException or System.Net.Sockets.SocketException));

    private async Task ServeAsync(MqttSession session, CancellationToken cancellation)
    {
        using var ending = new CancellationTokenSource();
        Task[] loops =
        [
            _board.RunAsync(session, ending.Token),
            Incoming.RunAsync(session, ending.Token),
            _sender.RunAsync(session, ending.Token),
            _telemetry.RunAsync(session, ending.Token),
            WatchFilesAsync(ending.Token),
            session.Lost,
        ];
        var asked = Task.Delay(Timeout.InfiniteTimeSpan, _time, cancellation);
        var first = await Task.WhenAny([asked, .. loops]).ConfigureAwait(false);
        if (first == asked)
        {
            await StopAsync(session).ConfigureAwait(false);
        }

        await ending.CancelAsync().ConfigureAwait(false);
        await session.DisposeAsync().ConfigureAwait(false);
        await Task.WhenAll(loops).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await first.ConfigureAwait(false);
    }

    private async Task StopAsync(MqttSession session)
    {
        using var patience = new CancellationTokenSource(Goodbye, _time);
        try
        {
            await session.PublishAsync(new OutgoingMessage(Topics.Status, StateJson.Device("stopped", _identity, [])) { Retain = true }, patience.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            // The will says it instead.
            return;
        }

        await session.DisconnectAsync(patience.Token).ConfigureAwait(false);
    }

    // Returns when a certificate or password file changed and the new ones can be read: the connection is then made anew.
    private async Task WatchFilesAsync(CancellationToken cancellation)
    {
        var stamp = MqttCredentials.Stamp(_options);
        while (true)
        {
            await Task.Delay(FileLook, _time, cancellation).ConfigureAwait(false);
            var now = MqttCredentials.Stamp(_options);
            if (now == stamp)
            {
                continue;
            }

            try
            {
                _ = MqttCredentials.Password(_options);
                _ = _options.ClientCertificateFile.Length > 0 ? MqttCredentials.LoadClientCertificate(_options) : null;
                LogRotated();
                return;
            }
            catch (Exception e) when (e is IOException or InvalidDataException or System.Security.Cryptography.CryptographicException)
            {
                LogHalfRotated(e.Message);
            }

            stamp = now;
        }
    }

    private void Trouble(BrokerAddress broker, Exception e, bool connected)
    {
        var text = e.GetBaseException().Message;
        text = e is OperationCanceledException ? $"no answer within {_options.ConnectTimeout:c}." : text;
        if (connected)
        {
            LogLost(broker, text);
        }
        else if (Volatile.Read(ref _state) is var last && (last.Connected || last.Trouble != $"mqtt: {broker}: {text}"))
        {
            LogFailed(broker, text);
        }

        SetState(new MqttState(false, null, null, _time.GetUtcNow(), $"mqtt: {broker}: {text}", 0, 0));
    }

    private void SetState(MqttState state) => Volatile.Write(ref _state, state);

    [LoggerMessage(Level = LogLevel.Information, Message = "Connected to {Broker}, MQTT {Protocol}, session present: {Present}.")]
    private partial void LogConnected(BrokerAddress broker, string protocol, bool present);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Lost {Broker}: {Reason}")]
    private partial void LogLost(BrokerAddress broker, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Cannot connect to {Broker}: {Reason} It is tried again.")]
    private partial void LogFailed(BrokerAddress broker, string reason);

    [LoggerMessage(Level = LogLevel.Information, Message = "Certificate or password files changed; connecting anew.")]
    private partial void LogRotated();

    [LoggerMessage(Level = LogLevel.Warning, Message = "Certificate or password files changed but cannot be used: {Reason} The connection stays as it is.")]
    private partial void LogHalfRotated(string reason);
}
