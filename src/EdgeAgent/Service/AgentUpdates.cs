using Microsoft.Extensions.Logging;
using ShiTu.EdgeAgent.GalleryUpdates;
using ShiTu.EdgeAgent.Mqtt;
using ShiTu.Inference.Features;

namespace ShiTu.EdgeAgent.Service;

/// <summary>Signed updates and commands of a running agent; there only where <c>updates.trusted_keys</c> names keys.</summary>
internal sealed class AgentUpdates : IDisposable
{
    private readonly UpdateState _state;
    private readonly FeatureExtractor _extractor;
    private readonly GalleryUpdater _updater;
    private readonly UpdateService _service;
    private readonly Lock _one = new();

    /// <summary>Subscribes; no manifest is taken before <see cref="RunAsync"/>.</summary>
    public AgentUpdates(AgentRuntime agent, ILoggerFactory logs)
    {
        var options = agent.Options.Updates;
        var target = new UpdateTarget(agent.Options.Mqtt.Site, agent.Options.Mqtt.DeviceName, agent.Models.Identity, agent.Models.Feature.Dimension);
        var keys = TrustedKeys.Load(options.TrustedKeys, agent.Time);
        _state = UpdateState.Open(Path.Combine(agent.Options.StateFolder, "updates.db"));
        _extractor = agent.Models.CreateFeatureExtractor();
        var single = PictureEmbedding.With(_extractor, options.MaxPicturePixels);
        PictureEmbedder embed = picture =>
        {
            // An update and a command may embed at the same time.
            lock (_one)
            {
                return single(picture);
            }
        };
        _updater = new GalleryUpdater(options, target, keys, agent.Options.StateFolder, _state, agent.Gallery, agent.Index, embed, agent.Time, logs.CreateLogger("ShiTu.Updates"));
        _service = new UpdateService(_updater, agent.Mqtt, agent.Outbox, agent.Time);
        var commands = new CommandService(options, target, keys, _state, _updater, agent.Mqtt, agent.Outbox, agent.Time, logs.CreateLogger("ShiTu.Commands"));
        new GalleryCommands(_updater, agent.Gallery, agent.Index, embed).RegisterWith(commands);
        commands.Register("camera.restart", (args, _) =>
        {
            var camera = args.Text("camera", 128);
            return agent.Pipeline.Restart(camera) ? Task.FromResult($"Camera '{camera}' starts again.") : throw new RefusedException("schema", $"camera: there is no camera '{camera}'.");
        });
    }

    /// <summary>The gallery as it is published.</summary>
    public GalleryStatus Status => _updater.Status;

    /// <summary>Takes manifests until it is cancelled.</summary>
    public Task RunAsync(CancellationToken cancellation) => _service.RunAsync(cancellation);

    /// <inheritdoc/>
    public void Dispose()
    {
        _updater.Dispose();
        _state.Dispose();
        _extractor.Dispose();
    }
}
