using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using ShiTu.EdgeAgent.Mqtt;
using ShiTu.EdgeAgent.Outbox;

namespace ShiTu.EdgeAgent.GalleryUpdates;

/// <summary>Changes of the keys that may sign: signed by the root key that the configuration pins, each version higher than any before, durable before they hold.</summary>
internal sealed partial class KeyUpdates
{
    private const int MostReceiptsAMinute = 20;
    private readonly UpdateTarget _target;
    private readonly TrustedKeys _root;
    private readonly TrustedKeys _keys;
    private readonly UpdateState _state;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly MinuteQuota _quota;

    /// <summary>Sets it up; the keys of the newest manifest hold again, if the same root key signed it.</summary>
    /// <param name="target">Who this device is.</param>
    /// <param name="root">The root key.</param>
    /// <param name="keys">The keys that it changes.</param>
    /// <param name="state">What survives a power loss.</param>
    /// <param name="time">Clock.</param>
    /// <param name="logger">Log.</param>
    public KeyUpdates(UpdateTarget target, TrustedKey root, TrustedKeys keys, UpdateState state, TimeProvider time, ILogger? logger = null)
    {
        _target = target;
        _root = new TrustedKeys([root], time);
        _keys = keys;
        _state = state;
        _time = time;
        _logger = logger ?? NullLogger.Instance;
        _quota = new MinuteQuota("refused keys manifests", MostReceiptsAMinute, time);
        if (state.Keys is { } manifest && state.KeysRoot == root.Id)
        {
            keys.Replace(KeysManifest.Parse(manifest).Keys);
        }
    }

    /// <summary>Takes a manifest; null where it holds already.</summary>
    /// <exception cref="RefusedException">A check failed; nothing changed.</exception>
    public string? Take(SignedDocument document)
    {
        if (_root.Check(document) is { } refusal)
        {
            throw new RefusedException(refusal.Check, $"{refusal.Text} A keys manifest is signed by the root key.");
        }

        var manifest = KeysManifest.Parse(document.Payload);
        ManifestHead.CheckTarget(manifest.Site, manifest.Devices, _target);
        if (document.Payload.Span.SequenceEqual(_state.Keys))
        {
            return null;
        }

        if (manifest.Expires <= _time.GetUtcNow())
        {
            throw new RefusedException("expiry", $"It expired at {manifest.Expires:u}; it is {_time.GetUtcNow():u} here.");
        }

        if (manifest.Version <= _state.KeysVersion)
        {
            throw new RefusedException("generation", $"It is version {manifest.Version}; {_state.KeysVersion} was taken already.");
        }

        _state.TakeKeys(manifest.Version, document.Payload.ToArray(), document.KeyId!);
        _keys.Replace(manifest.Keys);
        LogTaken(manifest.Version, manifest.Keys.Count);
        return $"Keys of version {manifest.Version} hold: {string.Join(", ", manifest.Keys.Select(key => key.Revoked ? $"{key.Id} (revoked)" : key.Id))}.";
    }

    /// <summary>Takes a manifest from the broker and answers it.</summary>
    public async Task ReceiveAsync(IncomingMessage message, GalleryUpdater updater, OutboxStore outbox, CancellationToken cancellation)
    {
        if (message.Payload.IsEmpty)
        {
            return;
        }

        Receipt? receipt;
        try
        {
            receipt = Take(new SignedDocument(message.Payload, message.Property("kid"), message.Property("sig"))) is { } text
                ? updater.Answer($"keys/{_state.KeysVersion}", null, text)
                : null;
        }
        catch (RefusedException e)
        {
            LogRefused(e.Refusal.Check, e.Refusal.Text);
            receipt = _quota.TryTake(out var notice) ? updater.Answer("keys", e.Refusal, "") : notice is null ? null : updater.Answer("keys", new Refusal("busy", notice), "");
        }

        if (receipt is not null)
        {
            await outbox.AppendAsync(receipt.ToDraft()).WaitAsync(cancellation).ConfigureAwait(false);
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Keys of version {Version} hold: {Count} keys.")]
    private partial void LogTaken(long version, int count);

    [LoggerMessage(Level = LogLevel.Warning, Message = "A keys manifest is refused ({Check}): {Reason}")]
    private partial void LogRefused(string check, string reason);
}
