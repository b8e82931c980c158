using Microsoft.Extensions.Logging;
using ShiTu.EdgeAgent.GalleryUpdates;
using ShiTu.EdgeAgent.Mqtt;

namespace ShiTu.EdgeAgent.Service;

/// <summary>Signed updates and commands of a running agent; there only where <see cref="UpdateSetup.IsOn"/>.</summary>
internal sealed class AgentUpdates : IDisposable
{
    private readonly UpdateSetup _setup;
    private readonly UpdateService _service;

    /// <summary>Subscribes; no manifest is taken before <see cref="RunAsync"/>.</summary>
    public AgentUpdates(AgentRuntime agent, UpdateSetup setup, ILoggerFactory logs)
    {
        _setup = setup;
        _service = new UpdateService(setup.Updater, agent.Mqtt, agent.Outbox, agent.Time, atStart: setup.AtStart);
        var commands = new CommandService(
            agent.Options.Updates, setup.Target, setup.Keys, setup.State, setup.Updater, agent.Mqtt, agent.Outbox, agent.Time, logs.CreateLogger("ShiTu.Commands"));
        new GalleryCommands(setup.Updater, agent.Gallery, agent.Index, setup.Embed).RegisterWith(commands);
        commands.Register("camera.restart", (args, _) =>
        {
            var camera = args.Text("camera", 128);
            return agent.Pipeline.Restart(camera) ? Task.FromResult($"Camera '{camera}' starts again.") : throw new RefusedException("schema", $"camera: there is no camera '{camera}'.");
        });
    }

    /// <summary>The gallery as it is published.</summary>
    public GalleryStatus Status => _setup.Updater.Status;

    /// <summary>Takes manifests until it is cancelled.</summary>
    public Task RunAsync(CancellationToken cancellation) => _service.RunAsync(cancellation);

    /// <inheritdoc/>
    public void Dispose() => _setup.Dispose();
}
