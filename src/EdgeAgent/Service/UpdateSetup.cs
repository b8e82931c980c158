using Microsoft.Extensions.Logging;
using ShiTu.EdgeAgent.Configuration;
using ShiTu.EdgeAgent.GalleryUpdates;
using ShiTu.Index.Gallery;
using ShiTu.Index.Generations;
using ShiTu.Inference.Features;
using ShiTu.Inference.Models;

namespace ShiTu.EdgeAgent.Service;

/// <summary>What signed updates need on this device: keys, what survives a power loss, an embedder, the index, the updater. The index is the caller's to close.</summary>
internal sealed class UpdateSetup : IDisposable
{
    private readonly FeatureExtractor _extractor;
    private readonly Lock _one = new();

    private UpdateSetup(AgentOptions options, ModelSet models, TimeProvider time)
    {
        Target = new UpdateTarget(options.Mqtt.Site, options.Mqtt.DeviceName, models.Identity, models.Feature.Dimension);
        Keys = LoadKeys(options.Updates, time);
        State = UpdateState.Open(Path.Combine(options.StateFolder, "updates.db"));
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

    /// <summary>Embeds pictures; any thread.</summary>
    public PictureEmbedder Embed { get; }

    /// <summary>The index in use.</summary>
    public LiveIndex Index { get; private set; } = null!;

    /// <summary>The updater.</summary>
    public GalleryUpdater Updater { get; private set; } = null!;

    /// <summary>What opening the gallery had to say, or null.</summary>
    public Receipt? AtStart { get; private set; }

    /// <summary>Whether updates and commands are taken at all.</summary>
    public static bool IsOn(AgentOptions options) => options.Updates.TrustedKeys.Count > 0;

    /// <summary>Opens everything; a gallery that does not load gives way to the generation before.</summary>
    /// <exception cref="ConfigurationException">A trusted key is missing or none.</exception>
    /// <exception cref="InvalidDataException">Another process has the state.</exception>
    public static async Task<UpdateSetup> OpenAsync(AgentOptions options, ModelSet models, GalleryStore gallery, TimeProvider time, ILogger? log, CancellationToken cancellation)
    {
        var setup = new UpdateSetup(options, models, time);
        try
        {
            using (var opening = setup.MakeUpdater(options, gallery, null, time, log))
            {
                (setup.Index, setup.AtStart) = await GalleryRecovery.OpenIndexAsync(gallery, options.Index, setup.State, opening, cancellation).ConfigureAwait(false);
            }

            setup.Updater = setup.MakeUpdater(options, gallery, setup.Index, time, log);
            return setup;
        }
        catch
        {
            setup.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Updater?.Dispose();
        State.Dispose();
        _extractor.Dispose();
    }

    private static TrustedKeys LoadKeys(UpdateOptions options, TimeProvider time)
    {
        try
        {
            return TrustedKeys.Load(options.TrustedKeys, time);
        }
        catch (InvalidDataException error)
        {
            throw new ConfigurationException([$"updates.trusted_keys: {error.Message}"]);
        }
    }

    private GalleryUpdater MakeUpdater(AgentOptions options, GalleryStore gallery, LiveIndex? index, TimeProvider time, ILogger? log) =>
        new(options.Updates, Target, Keys, options.StateFolder, State, gallery, index, Embed, time, log);
}
