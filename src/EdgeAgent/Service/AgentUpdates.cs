using Microsoft.Extensions.Logging;
using ShiTu.EdgeAgent.Events;
using ShiTu.EdgeAgent.GalleryUpdates;
using ShiTu.EdgeAgent.ModelUpdates;
using ShiTu.EdgeAgent.Mqtt;

namespace ShiTu.EdgeAgent.Service;

/// <summary>Signed updates and commands of a running agent; there only where <see cref="UpdateSetup.IsOn"/>.</summary>
internal sealed class AgentUpdates : IDisposable
{
    private static readonly TimeSpan FramePatience = TimeSpan.FromSeconds(3);
    private readonly UpdateSetup _setup;
    private readonly UpdateService _service;
    private readonly ModelUpdater _models;
    private readonly UpdateService _modelService;

    /// <summary>Subscribes; no manifest is taken before <see cref="RunAsync"/>.</summary>
    public AgentUpdates(AgentRuntime agent, UpdateSetup setup, ILoggerFactory logs)
    {
        _setup = setup;
        _service = new UpdateService(setup.Updater, agent.Mqtt, agent.Outbox, agent.Time, atStart: setup.AtStart);
        var shadow = new ShadowRun(agent.Tap!, agent.Options.Updates, agent.Options.Recognition, agent.Time);
        _models = setup.MakeModelUpdater(agent.Options, agent.Models, agent.Thresholds, shadow, agent.Restart.Ask, agent.Time, logs.CreateLogger("ShiTu.Updates"));
        _modelService = new UpdateService(_models, agent.Mqtt, agent.Outbox, agent.Time, atStart: _models.AtStart);
        var commands = new CommandService(
            agent.Options.Updates, setup.Target, setup.Keys, setup.State, setup.Updater, agent.Mqtt, agent.Outbox, agent.Time, logs.CreateLogger("ShiTu.Commands"));
        new GalleryCommands(setup.Updater, agent.Gallery, agent.Index, setup.Embed, agent.Options.Updates).RegisterWith(commands);
        commands.Register("camera.restart", (args, _) =>
        {
            var camera = args.Text("camera", 128);
            return agent.Pipeline.Restart(camera) ? Task.FromResult($"Camera '{camera}' starts again.") : throw new RefusedException("schema", $"camera: there is no camera '{camera}'.");
        });
        commands.Register("snapshot", (args, cancellation) => SnapshotAsync(agent, args.Text("camera", 128), cancellation));
        if (setup.KeyUpdates is { } keys)
        {
            agent.Mqtt.Incoming.Add(agent.Mqtt.Topics.Desired("keys"), (message, cancellation) => keys.ReceiveAsync(message, setup.Updater, agent.Outbox, cancellation));
        }
    }

    /// <summary>The gallery as it is published.</summary>
    public GalleryStatus Status => _setup.Updater.Status;

    /// <summary>Takes manifests until it is cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        Task[] services = [_service.RunAsync(either.Token), _modelService.RunAsync(either.Token)];
        var first = await Task.WhenAny(services).ConfigureAwait(false);
        await either.CancelAsync().ConfigureAwait(false);
        await Task.WhenAll(services).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await first.ConfigureAwait(false);
    }

    private static async Task<string> SnapshotAsync(AgentRuntime agent, string camera, CancellationToken cancellation)
    {
        if (agent.Snapshots is not { } snapshots)
        {
            throw new RefusedException("failed", "Pictures leave this device only where mqtt.pictures is switched on.");
        }

        if (agent.Options.Cameras.All(known => known.Name != camera))
        {
            throw new RefusedException("schema", $"camera: there is no camera '{camera}'.");
        }

        try
        {
            var picture = await snapshots.NextAsync(camera, FramePatience, agent.Time, cancellation).ConfigureAwait(false);
            var name = $"{camera}-{Ulid.New(agent.Time.GetUtcNow())}";
            agent.Mqtt.PostPicture(name, picture);
            return $"The picture is on {agent.Mqtt.Topics.Picture(name)} ({picture.Length} bytes).";
        }
        catch (TimeoutException)
        {
            throw new RefusedException("failed", $"No frame of '{camera}' came within {FramePatience.TotalSeconds:0} s.");
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _models.Dispose();
        _setup.Dispose();
    }
}
