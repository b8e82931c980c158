using System.Security.Cryptography;
using ShiTu.EdgeAgent.Mqtt;
using ShiTu.EdgeAgent.Outbox;

namespace ShiTu.EdgeAgent.GalleryUpdates;

/// <summary>
/// Follows a desired state of the site on the broker, of the gallery or of the models: the newest manifest wins, each is answered once. What is not the owner's, or older than what was taken, is answered without
/// disturbing an update that is under way.
/// </summary>
internal sealed class UpdateService
{
    private const int MostReceiptsAMinute = 60;
    private static readonly TimeSpan ChunkPatience = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan Idle = TimeSpan.FromDays(1);
    private readonly IManifestTaker _updater;
    private readonly MqttService _mqtt;
    private readonly OutboxStore _outbox;
    private readonly TimeProvider _time;
    private readonly TimeSpan _patience;
    private readonly MqttChunks _source;
    private readonly WakeSignal _news = new();
    private readonly Lock _gate = new();
    private readonly HashSet<string> _answered = new(StringComparer.Ordinal);
    private readonly MinuteQuota _quota;
    private Receipt? _atStart;
    private SignedDocument? _newest;
    private SignedDocument? _taking;
    private CancellationTokenSource? _running;

    /// <summary>Subscribes; nothing is taken before <see cref="RunAsync"/>.</summary>
    /// <param name="updater">Takes manifests.</param>
    /// <param name="mqtt">Where they come from.</param>
    /// <param name="outbox">Where receipts go.</param>
    /// <param name="time">Clock.</param>
    /// <param name="chunkPatience">How long a chunk is waited for, and the pause before an update that lacks some is tried again.</param>
    /// <param name="atStart">What opening it had to say, or null.</param>
    public UpdateService(IManifestTaker updater, MqttService mqtt, OutboxStore outbox, TimeProvider time, TimeSpan? chunkPatience = null, Receipt? atStart = null)
    {
        _updater = updater;
        _mqtt = mqtt;
        _outbox = outbox;
        _time = time;
        _atStart = atStart;
        _quota = new MinuteQuota("refused manifests", MostReceiptsAMinute, time);
        _patience = chunkPatience ?? ChunkPatience;
        _source = new MqttChunks(mqtt, _patience, time);
        mqtt.Incoming.Add(mqtt.Topics.Desired(updater.Name), ReceiveAsync);
    }

    /// <summary>Takes manifests until it is cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        await SendAsync(Interlocked.Exchange(ref _atStart, null), cancellation).ConfigureAwait(false);
        await SendAsync(await _updater.RecoverAsync(cancellation).ConfigureAwait(false), cancellation).ConfigureAwait(false);
        SignedDocument? again = null;
        while (true)
        {
            await _news.WaitAsync(again is null ? Idle : _patience, _time, cancellation).ConfigureAwait(false);
            using var running = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            SignedDocument? document;
            lock (_gate)
            {
                _taking = document = _newest ?? again;
                _newest = null;
                _running = running;
            }

            try
            {
                if (document is not null)
                {
                    await AnswerAsync(document, await _updater.TakeAsync(document, _source, running.Token).ConfigureAwait(false), cancellation).ConfigureAwait(false);
                }

                again = _updater.Unfinished ? document : null;
            }
            catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
            {
                // A newer manifest came.
            }
            finally
            {
                lock (_gate)
                {
                    _running = null;
                    _taking = null;
                }
            }
        }
    }

    // A retained manifest comes again with every connection, so nothing is lost by acknowledging it before it is durable.
    private async Task ReceiveAsync(IncomingMessage message, CancellationToken cancellation)
    {
        if (message.Payload.IsEmpty)
        {
            return;
        }

        var document = new SignedDocument(message.Payload, message.Property("kid"), message.Property("sig"));
        if (!_updater.Wants(document, out var refusal))
        {
            await (refusal is null ? Task.CompletedTask : AnswerAsync(document, refusal, cancellation)).ConfigureAwait(false);
            return;
        }

        var interrupted = Task.CompletedTask;
        lock (_gate)
        {
            // It comes again with every connection: the update that is under way goes on.
            if (_taking is { } taking && taking.Payload.Span.SequenceEqual(document.Payload.Span))
            {
                return;
            }

            _newest = document;
            interrupted = _running?.CancelAsync() ?? interrupted;
        }

        await interrupted.ConfigureAwait(false);
        _news.Set();
    }

    private async Task AnswerAsync(SignedDocument document, Receipt? receipt, CancellationToken cancellation)
    {
        if (receipt is null or { Accepted: true })
        {
            await SendAsync(receipt, cancellation).ConfigureAwait(false);
            return;
        }

        var name = $"{document.KeyId}/{document.Signature}/{Convert.ToHexStringLower(SHA256.HashData(document.Payload.Span))}/{receipt.Refusal!.Check}";
        string? notice;
        lock (_gate)
        {
            if (_answered.Count > 1000)
            {
                _answered.Clear();
            }

            if (!_answered.Add(name))
            {
                return;
            }

            receipt = _quota.TryTake(out notice) ? receipt : null;
        }

        if (notice is not null)
        {
            await SendAsync(_updater.Answer(_updater.Name, new Refusal("busy", notice), ""), cancellation).ConfigureAwait(false);
        }

        await SendAsync(receipt, cancellation).ConfigureAwait(false);
    }

    private async Task SendAsync(Receipt? receipt, CancellationToken cancellation)
    {
        // Both are asked before either is waited for: a wait that ends early must not leave one out.
        var durable = receipt is null ? Task.CompletedTask : _outbox.AppendAsync(receipt.ToDraft());
        if (receipt is { Refusal: { } refusal })
        {
            durable = Task.WhenAll(durable, _outbox.AppendAsync(OutboxDraft.From(new Alarm("update_refused", AlarmSeverity.Warning, $"{receipt.Reference} ({refusal.Check}): {refusal.Text}", receipt.Time))));
        }

        await durable.WaitAsync(cancellation).ConfigureAwait(false);
        _mqtt.SetGallery(_updater.Status);
    }
}
