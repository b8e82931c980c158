using Microsoft.Extensions.Logging;
using ShiTu.EdgeAgent.Cli;
using ShiTu.EdgeAgent.Configuration;
using ShiTu.EdgeAgent.ModelUpdates;
using ShiTu.EdgeAgent.Mqtt;
using ShiTu.EdgeAgent.Outbox;
using ShiTu.EdgeAgent.Pipeline;
using ShiTu.EdgeAgent.Recognition;
using ShiTu.Index.Calibration;
using ShiTu.Index.Gallery;
using ShiTu.Index.Generations;
using ShiTu.Inference.Models;

namespace ShiTu.EdgeAgent.Service;

/// <summary>The whole agent, opened in the order in which things depend on each other: models, gallery, index, outbox, broker, cameras.</summary>
internal sealed partial class AgentRuntime : IAsyncDisposable
{
    private readonly ILogger _log;

    private AgentRuntime(AgentOptions options, ModelSet models, GalleryStore gallery, LiveIndex index, UpdateSetup? updates, OutboxStore outbox, AgentParts parts)
    {
        Options = options;
        Models = models;
        Gallery = gallery;
        Index = index;
        Outbox = outbox;
        Time = parts.Time;
        Sets = new ModelSets(options);
        _log = parts.Logs.CreateLogger("ShiTu.Agent");
        if (index.GraphFault is { } fault)
        {
            LogNoGraph(_log, fault);
        }

        Identity = new DeviceIdentity(BootId.Create(parts.Time), AgentVersion.Text, parts.Time.GetUtcNow());
        Thresholds = new ThresholdSource(ThresholdsOf(gallery, options.Recognition));
        Mqtt = new MqttService(options.Mqtt, outbox, Identity, parts.Time, parts.Logs.CreateLogger("ShiTu.Mqtt"));
        Beats = new Heartbeats(parts.Time);
        Cameras = new CameraBoard(Mqtt, outbox, parts.Time, text => LogUnreadable(_log, text));
        Tap = updates is null ? null : new FrameTap();
        Snapshots = updates is not null && options.Mqtt.Pictures ? new Snapshots() : null;
        Pipeline = new RecognitionPipeline(new PipelineParts
        {
            Models = models,
            Index = index,
            Thresholds = Thresholds,
            Cameras = options.Cameras,
            Events = new OutboxEventSink(outbox),
            Recognition = options.Recognition,
            Tracking = options.Tracking,
            Pipeline = options.Pipeline,
            Listener = Cameras,
            Observer = FrameObservers.Join(parts.Observer, options.Mqtt.Live ? new LiveObserver(Mqtt) : null, Snapshots, Tap),
            Pulse = name => new Pulse(Beats.Of(name)),
            Time = parts.Time,
            Logs = parts.Logs,
        });
        Updates = updates is null ? null : new AgentUpdates(this, updates, parts.Logs);
        index.Swapped += (_, generation) =>
        {
            ReloadThresholds();
            PublishGallery(generation);
            if (!generation.IsPatched)
            {
                SpareMemory.Release();
            }
        };
    }

    /// <summary>Settings.</summary>
    public AgentOptions Options { get; }

    /// <summary>Models in use.</summary>
    public ModelSet Models { get; }

    /// <summary>The gallery.</summary>
    public GalleryStore Gallery { get; }

    /// <summary>Its index.</summary>
    public LiveIndex Index { get; }

    /// <summary>Thresholds in use.</summary>
    public ThresholdSource Thresholds { get; }

    /// <summary>Events that wait.</summary>
    public OutboxStore Outbox { get; }

    /// <summary>The broker.</summary>
    public MqttService Mqtt { get; }

    /// <summary>Cameras to events.</summary>
    public RecognitionPipeline Pipeline { get; }

    /// <summary>Signs of life.</summary>
    public Heartbeats Beats { get; }

    /// <summary>Cameras' states.</summary>
    public CameraBoard Cameras { get; }

    /// <summary>This start.</summary>
    public DeviceIdentity Identity { get; }

    /// <summary>Pictures for who asks by a signed command; null where pictures do not leave the device.</summary>
    public Snapshots? Snapshots { get; }

    /// <summary>Frames for the next model set; null where no update is taken.</summary>
    public FrameTap? Tap { get; }

    /// <summary>The model sets that are there.</summary>
    public ModelSets Sets { get; }

    /// <summary>Whether the agent is to be opened anew.</summary>
    public Restart Restart { get; } = new();

    /// <summary>Signed updates and commands; null where no key is trusted.</summary>
    public AgentUpdates? Updates { get; }

    /// <summary>Clock.</summary>
    public TimeProvider Time { get; }

    /// <summary>Opens everything; nothing runs yet.</summary>
    public static async Task<AgentRuntime> OpenAsync(AgentOptions options, AgentParts parts)
    {
        var models = new ModelSets(options).Open();
        GalleryStore? gallery = null;
        UpdateSetup? updates = null;
        LiveIndex? index = null;
        OutboxStore? outbox = null;
        try
        {
            updates = UpdateSetup.IsOn(options)
                ? await UpdateSetup.OpenAsync(options, models, parts.Time, parts.Logs.CreateLogger("ShiTu.Updates"), CancellationToken.None).ConfigureAwait(false)
                : null;
            gallery = updates?.Gallery ?? AgentModels.OpenGallery(null, options, models);
            parts.Prepare?.Invoke(models, gallery);
            index = updates?.Index ?? LiveIndex.Open(gallery, options.Index);
            outbox = OutboxStore.Open(options.OutboxPath, options.Outbox, options.Mqtt.DeviceName, options.Mqtt.InFlight, parts.Time, parts.Logs.CreateLogger("ShiTu.Outbox"));
            return new AgentRuntime(options, models, gallery, index, updates, outbox, parts);
        }
        catch
        {
            if (outbox is not null)
            {
                await outbox.DisposeAsync().ConfigureAwait(false);
            }

            updates?.Dispose();
            if (index is not null)
            {
                await index.DisposeAsync().ConfigureAwait(false);
            }

            gallery?.Dispose();
            models.Dispose();
            throw;
        }
    }

    /// <summary>The thresholds of a gallery.</summary>
    public static Thresholds ThresholdsOf(GalleryStore gallery, RecognitionOptions options) =>
        options.Calibrated && GalleryCalibration.Load(gallery) is { } calibration ? new Thresholds(calibration.Threshold, calibration.Items) : new Thresholds(options.Threshold);

    /// <summary>Takes thresholds again, as after a calibration.</summary>
    public void ReloadThresholds() => Thresholds.Current = ThresholdsOf(Gallery, Options.Recognition);

    /// <summary>Tells the broker what the gallery is.</summary>
    public void PublishGallery(IndexGeneration generation) => Mqtt.SetGallery(Updates?.Status ?? new GalleryStatus(
        generation.Generation, generation.ContentHash, generation.ItemCount, generation.ViewCount, generation.LocalItemCount, Models.Identity, Time.GetUtcNow(), null));

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        Pipeline.Dispose();
        Updates?.Dispose();
        await Index.DisposeAsync().ConfigureAwait(false);
        await Outbox.DisposeAsync().ConfigureAwait(false);
        Gallery.Dispose();
        Models.Dispose();
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The gallery is searched exactly, which takes longer: {Reason}")]
    private static partial void LogNoGraph(ILogger log, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Text}")]
    private static partial void LogUnreadable(ILogger log, string text);
}
