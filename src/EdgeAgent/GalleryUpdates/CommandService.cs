using System.Text.Json;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using ShiTu.EdgeAgent.Mqtt;
using ShiTu.EdgeAgent.Outbox;

namespace ShiTu.EdgeAgent.GalleryUpdates;

/// <summary>Carries out a command with its arguments; returns what was done, in words. Throws <see cref="RefusedException"/> where it cannot.</summary>
internal delegate Task<string> CommandHandler(JsonElement args, CancellationToken cancellation);

/// <summary>
/// Signed commands from the broker. Every one gets a receipt, except in a flood: then one receipt says how many were not looked at. A retained, replayed, expired, foreign or unsigned
/// command changes nothing.
/// </summary>
internal sealed partial class CommandService
{
    private const int MostBytes = 768 << 10;
    private static readonly TimeSpan ClockSlack = TimeSpan.FromMinutes(5);
    private readonly UpdateOptions _options;
    private readonly UpdateTarget _target;
    private readonly TrustedKeys _keys;
    private readonly UpdateState _state;
    private readonly GalleryUpdater _updater;
    private readonly MqttService _mqtt;
    private readonly OutboxStore _outbox;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly Dictionary<string, CommandHandler> _handlers = new(StringComparer.Ordinal);
    private readonly MinuteQuota _quota;

    /// <summary>Subscribes to the device's commands.</summary>
    public CommandService(
        UpdateOptions options, UpdateTarget target, TrustedKeys keys, UpdateState state, GalleryUpdater updater, MqttService mqtt, OutboxStore outbox, TimeProvider time, ILogger? logger = null)
    {
        _options = options;
        _target = target;
        _keys = keys;
        _state = state;
        _updater = updater;
        _mqtt = mqtt;
        _outbox = outbox;
        _time = time;
        _quota = new MinuteQuota("commands", options.CommandsPerMinute, time);
        _logger = logger ?? NullLogger.Instance;
        Register("gallery.state", (_, _) => Task.FromResult("The gallery's state is in this receipt."));
        Register("outbox.replay", ReplayAsync);
        mqtt.Incoming.Add(mqtt.Topics.Commands, HandleAsync);
    }

    /// <summary>Adds a command. Register before the connection is started.</summary>
    public void Register(string name, CommandHandler handler) => _handlers[name] = handler;

    private async Task HandleAsync(IncomingMessage message, CancellationToken cancellation)
    {
        var looked = _quota.TryTake(out var notice);
        if (notice is not null)
        {
            await SendAsync("-", new Refusal("busy", notice), "", null, cancellation).ConfigureAwait(false);
        }

        if (!looked)
        {
            return;
        }

        var reference = message.Topic[(message.Topic.LastIndexOf('/') + 1)..];
        IncomingMessage? asker = null;
        try
        {
            Authenticate(message);
            asker = message;
            var command = Check(message, _time.GetUtcNow());
            reference = command.Id;
            var text = await RunAsync(command, cancellation).ConfigureAwait(false);
            LogDone(command.Name, command.Id);
            await SendAsync(reference, null, text, asker, cancellation).ConfigureAwait(false);
        }
        catch (RefusedException e)
        {
            LogRefused(reference, e.Refusal.Check, e.Refusal.Text);
            await SendAsync(reference, e.Refusal, "", asker, cancellation).ConfigureAwait(false);
        }
    }

    private void Authenticate(IncomingMessage message)
    {
        if (message.Retained)
        {
            throw new RefusedException("schema", "It was published retained: it would be carried out again at every connection.");
        }

        if (message.Payload.Length > MostBytes)
        {
            throw new RefusedException("size", $"It has {message.Payload.Length} bytes; at most {MostBytes} are taken.");
        }

        if (_keys.Check(new SignedDocument(message.Payload, message.Property("kid"), message.Property("sig"))) is { } refusal)
        {
            throw new RefusedException(refusal.Check, refusal.Text);
        }
    }

    private Command Check(IncomingMessage message, DateTimeOffset now)
    {
        var command = Command.Parse(message.Payload);
        if (command.Target != $"{_target.Site}/{_target.Device}" && command.Target != $"{_target.Site}/*")
        {
            throw new RefusedException("target", $"It is for {command.Target}; this is {_target.Site}/{_target.Device}.");
        }

        if (command.Name != message.Topic[(message.Topic.LastIndexOf('/') + 1)..] || !_handlers.ContainsKey(command.Name))
        {
            throw new RefusedException("schema", $"'{command.Name}' is no command here, or came on another's topic; known are {string.Join(", ", _handlers.Keys.Order(StringComparer.Ordinal))}.");
        }

        if (command.Expires <= now || command.Expires - command.Issued > _options.MaxCommandValidity || command.Issued > now + ClockSlack)
        {
            throw new RefusedException("expiry", $"It is valid from {command.Issued:u} to {command.Expires:u}, which may be {_options.MaxCommandValidity:c} at most; it is {now:u} here.");
        }

        return _state.UseNonce(command.Nonce, command.Expires, now) ? command : throw new RefusedException("nonce", "It was received before.");
    }

    private async Task<string> RunAsync(Command command, CancellationToken cancellation)
    {
        try
        {
            return await _handlers[command.Name](command.Args, cancellation).ConfigureAwait(false);
        }
        catch (Exception e) when (e is not (RefusedException or OperationCanceledException or OutOfMemoryException))
        {
            throw new RefusedException("failed", e.Message, e);
        }
    }

    private async Task<string> ReplayAsync(JsonElement args, CancellationToken cancellation)
    {
        var fromSeq = args.TryGetProperty("from_seq", out _) ? args.Number("from_seq") : 0;
        var since = args.TryGetProperty("since", out _) ? args.Time("since") : DateTimeOffset.UnixEpoch;
        if (fromSeq == 0 && since == DateTimeOffset.UnixEpoch)
        {
            throw new RefusedException("schema", "args: expected from_seq or since.");
        }

        return $"{await _outbox.ReplayAsync(fromSeq, since).WaitAsync(cancellation).ConfigureAwait(false)} events are sent again.";
    }

    private async Task SendAsync(string reference, Refusal? refusal, string text, IncomingMessage? asker, CancellationToken cancellation)
    {
        var receipt = _updater.Answer(reference, refusal, text) with { For = "command" };
        await _outbox.AppendAsync(receipt.ToDraft()).WaitAsync(cancellation).ConfigureAwait(false);
        if (asker?.ResponseTopic is { } topic && !_mqtt.PostReply(topic, asker.Correlation, receipt.ToJson()))
        {
            LogNoReply(reference, _mqtt.Topics.Replies);
        }

        _mqtt.SetGallery(_updater.Status);
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "The command {Name} ({Id}) was carried out.")]
    private partial void LogDone(string name, string id);

    [LoggerMessage(Level = LogLevel.Debug, Message = "The command {Reference} asks for an answer on a topic outside of {Replies}.")]
    private partial void LogNoReply(string reference, string replies);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The command {Reference} is refused ({Check}): {Reason}")]
    private partial void LogRefused(string reference, string check, string reason);
}
