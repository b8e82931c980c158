using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using ShiTu.EdgeAgent.Configuration;

namespace ShiTu.EdgeAgent.Service;

/// <summary>The agent as a hosted service: opened, run, closed; the host stops with it.</summary>
internal sealed class HostedAgent(AgentOptions options, HostedWork work, ILoggerFactory logs, IHostApplicationLifetime lifetime) : BackgroundService
{
    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // The host's own start must not wait for models and cameras.
        await Task.Yield();
        try
        {
            using var notifier = SystemdNotifier.FromEnvironment();
            while (await RunOnceAsync(notifier, stoppingToken).ConfigureAwait(false) && !stoppingToken.IsCancellationRequested)
            {
                // Other models are in use from now on: everything is opened anew, in the same process.
            }
        }
        catch (Exception error)
        {
            work.Fail(error);
        }
        finally
        {
            lifetime.StopApplication();
        }
    }

    private async Task<bool> RunOnceAsync(SystemdNotifier notifier, CancellationToken stoppingToken)
    {
        var agent = await AgentRuntime.OpenAsync(options, work.Parts(logs)).ConfigureAwait(false);
        await using (agent.ConfigureAwait(false))
        {
            await work.OpenedAsync(agent).ConfigureAwait(false);
            await new AgentService(agent, notifier, logs).RunAsync(stoppingToken).ConfigureAwait(false);
            await work.EndedAsync(agent).ConfigureAwait(false);
            return agent.Restart.IsAsked;
        }
    }
}
