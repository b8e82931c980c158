using ShiTu.EdgeAgent.GalleryUpdates;
using ShiTu.EdgeAgent.Mqtt;
using ShiTu.EdgeAgent.Outbox;
using ShiTu.EdgeAgent.Service;
using ShiTu.Index.Gallery;
using ShiTu.Index.Generations;
using ShiTu.Index.Search;

namespace ShiTu.EdgeAgent.Bench;

/// <summary>A device without cameras and models: outbox, session, gallery, index and update service as the agent runs them, in a folder of its own.</summary>
internal sealed class BenchDevice : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly OutboxStore _outbox;
    private readonly UpdateState _state;
    private readonly GalleryUpdater _updater;
    private readonly Task _running;

    /// <summary>Opens it and connects.</summary>
    /// <param name="folder">Where its state is.</param>
    /// <param name="options">Broker and names.</param>
    /// <param name="model">Identity of the models it would run.</param>
    /// <param name="dimension">Floats a vector.</param>
    /// <param name="keys">Keys that may sign; devices may share them.</param>
    /// <param name="index">Kind of the index.</param>
    public BenchDevice(string folder, MqttOptions options, string model, int dimension, TrustedKeys keys, IndexOptions index)
    {
        var time = TimeProvider.System;
        Directory.CreateDirectory(folder);
        var target = new UpdateTarget(options.Site, options.DeviceName, model, dimension);
        _outbox = OutboxStore.Open(Path.Combine(folder, "outbox.db"), new OutboxOptions(), options.DeviceName, options.InFlight, time);
        _state = UpdateState.Open(Path.Combine(folder, "updates.db"));
        Gallery = GalleryStore.Open(Path.Combine(folder, "gallery.db"), model, dimension);
        Index = LiveIndex.Open(Gallery, index);
        _updater = new GalleryUpdater(new UpdateOptions(), target, keys, folder, _state, Gallery, Index, embed: null, time);
        Mqtt = new MqttService(options, _outbox, new DeviceIdentity("bench", AgentVersion.Text, time.GetUtcNow()), time);
        var updates = new UpdateService(_updater, Mqtt, _outbox, time);
        _running = Task.WhenAll(Mqtt.RunAsync(_stop.Token), updates.RunAsync(_stop.Token));
    }

    /// <summary>Its gallery.</summary>
    public GalleryStore Gallery { get; }

    /// <summary>Its index.</summary>
    public LiveIndex Index { get; }

    /// <summary>Its connection.</summary>
    public MqttService Mqtt { get; }

    /// <summary>Whether a manifest is in use and its receipt is with the broker.</summary>
    public bool HasAnswered => Mqtt.State.Delivered > 0 && _outbox.Status.Pending == 0 && _updater.Status.Generation > 0;

    /// <summary>Generation of the gallery that is searched.</summary>
    public long Generation
    {
        get
        {
            using var lease = Index.Borrow();
            return lease.Index.Generation;
        }
    }

    /// <summary>Label of the item that is nearest to a vector; empty where there is none.</summary>
    public string Nearest(ReadOnlySpan<float> vector)
    {
        using var lease = Index.Borrow();
        Span<SearchHit> hits = stackalloc SearchHit[1];
        lease.Index.Search(vector, 1, 1, hits);
        return hits[0].Item < 0 ? "" : lease.Index.Items[hits[0].Item].Label;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await _running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _updater.Dispose();
        _state.Dispose();
        await _outbox.DisposeAsync().ConfigureAwait(false);
        await Index.DisposeAsync().ConfigureAwait(false);
        Gallery.Dispose();
        _stop.Dispose();
    }
}
