using Microsoft.Extensions.Logging;
using ShiTu.EdgeAgent.Cli;
using ShiTu.EdgeAgent.Configuration;
using ShiTu.EdgeAgent.GalleryUpdates;
using ShiTu.EdgeAgent.ModelUpdates;
using ShiTu.EdgeAgent.Recognition;
using ShiTu.Index.Gallery;
using ShiTu.Index.Generations;
using ShiTu.Inference.Features;
using ShiTu.Inference.Models;

namespace ShiTu.EdgeAgent.Service;

/// <summary>What signed updates need on this device: keys, what survives a power loss, an embedder, gallery and index, the updater.</summary>
internal sealed class UpdateSetup : IDisposable
{
    private readonly FeatureExtractor _extractor;
    private readonly Lock _one = new();

    private UpdateSetup(AgentOptions options, ModelSet models, TimeProvider time, ILogger? log)
    {
        Target = new UpdateTarget(options.Mqtt.Site, options.Mqtt.DeviceName, models.Identity, models.Feature.Dimension);
        Keys = Configured("updates.trusted_keys", () => TrustedKeys.Load(options.Updates.TrustedKeys, time));
        var root = options.Updates.RootKey.Length > 0 ? Configured("updates.root_key", () => TrustedKeys.ReadKey(options.Updates.RootKey)) : null;
        State = UpdateState.Open(Path.Combine(options.StateFolder, "updates.db"));
        KeyUpdates = root is null ? null : new KeyUpdates(Target, root, Keys, State, time, log);
        _extractor = models.CreateFeatureExtractor();
        var single = PictureEmbedding.With(_extractor, options.Updates.MaxPicturePixels);
        Embed = picture =>
        {
            // An update and a command may embed at the same time.
            lock (_one)
            {
                return single(picture);
            }
        };
    }

    /// <summary>Who this device is.</summary>
    public UpdateTarget Target { get; }

    /// <summary>Keys that may sign.</summary>
    public TrustedKeys Keys { get; }

    /// <summary>What survives a power loss.</summary>
    public UpdateState State { get; }

    /// <summary>Changes of those keys; null where no root key is pinned.</summary>
    public KeyUpdates? KeyUpdates { get; }

    /// <summary>Embeds pictures; any thread.</summary>
    public PictureEmbedder Embed { get; }

    /// <summary>The gallery; the caller's to close.</summary>
    public GalleryStore Gallery { get; private set; } = null!;

    /// <summary>The index in use; the caller's to close.</summary>
    public LiveIndex Index { get; private set; } = null!;

    /// <summary>The updater.</summary>
    public GalleryUpdater Updater { get; private set; } = null!;

    /// <summary>What opening the gallery had to say, or null.</summary>
    public Receipt? AtStart { get; private set; }

    /// <summary>Whether updates and commands are taken at all.</summary>
    public static bool IsOn(AgentOptions options) => options.Updates.TrustedKeys.Count > 0 || options.Updates.RootKey.Length > 0;

    /// <summary>Opens everything; a gallery that does not load gives way to the generation before.</summary>
    /// <exception cref="ConfigurationException">A trusted key is missing or none.</exception>
    /// <exception cref="InvalidDataException">Another process has the state.</exception>
    public static async Task<UpdateSetup> OpenAsync(AgentOptions options, ModelSet models, TimeProvider time, ILogger? log, CancellationToken cancellation)
    {
        var setup = new UpdateSetup(options, models, time, log);
        try
        {
            setup.Gallery = GalleryRecovery.OpenGallery(options.GalleryPath, setup.State, () => AgentModels.OpenGallery(null, options, models), time);
            using (var opening = setup.MakeUpdater(options, null, time, log))
            {
                (setup.Index, setup.AtStart) = await GalleryRecovery.OpenIndexAsync(setup.Gallery, options.Index, setup.State, opening, new ModelSets(options).Choice.Why is not null, cancellation).ConfigureAwait(false);
            }

            setup.Updater = setup.MakeUpdater(options, setup.Index, time, log);
            return setup;
        }
        catch
        {
            setup.Gallery?.Dispose();
            setup.Dispose();
            throw;
        }
    }

    /// <summary>An updater of the models.</summary>
    /// <param name="options">Settings.</param>
    /// <param name="models">The models in use.</param>
    /// <param name="thresholds">Thresholds in use.</param>
    /// <param name="shadow">Compares sets; null where no camera runs.</param>
    /// <param name="restart">Starts the agent anew; null where it does not run.</param>
    /// <param name="time">Clock.</param>
    /// <param name="log">Log.</param>
    public ModelUpdater MakeModelUpdater(AgentOptions options, ModelSet models, ThresholdSource thresholds, ShadowRun? shadow, Action? restart, TimeProvider time, ILogger? log) => new(
        new ModelUpdaterParts
        {
            Options = options.Updates,
            Recognition = options.Recognition,
            Target = Target,
            StateFolder = options.StateFolder,
            Sets = new ModelSets(options),
            Present = models,
            Gallery = Gallery,
            Index = Index,
            Thresholds = thresholds,
            Galleries = Updater,
            Shadow = shadow,
            Restart = restart,
        },
        Keys,
        State.Models,
        time,
        log);

    /// <inheritdoc/>
    public void Dispose()
    {
        Updater?.Dispose();
        State.Dispose();
        _extractor.Dispose();
    }

    private static T Configured<T>(string key, Func<T> load)
    {
        try
        {
            return load();
        }
        catch (InvalidDataException error)
        {
            throw new ConfigurationException([$"{key}: {error.Message}"]);
        }
    }

    private GalleryUpdater MakeUpdater(AgentOptions options, LiveIndex? index, TimeProvider time, ILogger? log) =>
        new(options.Updates, Target, Keys, options.StateFolder, State, Gallery, index, Embed, time, log);
}
