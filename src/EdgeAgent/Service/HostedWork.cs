using System.Runtime.ExceptionServices;
using Microsoft.Extensions.Logging;

namespace ShiTu.EdgeAgent.Service;

/// <summary>What a hosted agent is made of, who follows it, and how it ended.</summary>
/// <param name="parts">Makes the parts.</param>
/// <param name="opened">Called when the agent is open, before anything runs.</param>
/// <param name="ended">Called when everything has run, before the agent is closed.</param>
internal sealed class HostedWork(Func<ILoggerFactory, AgentParts> parts, Func<AgentRuntime, Task>? opened = null, Func<AgentRuntime, Task>? ended = null)
{
    private ExceptionDispatchInfo? _failure;

    /// <summary>Makes the parts.</summary>
    public AgentParts Parts(ILoggerFactory logs) => parts(logs);

    /// <summary>Tells that the agent is open.</summary>
    public Task OpenedAsync(AgentRuntime agent) => opened?.Invoke(agent) ?? Task.CompletedTask;

    /// <summary>Tells that everything has run.</summary>
    public Task EndedAsync(AgentRuntime agent) => ended?.Invoke(agent) ?? Task.CompletedTask;

    /// <summary>Keeps why it failed.</summary>
    public void Fail(Exception error) => _failure = ExceptionDispatchInfo.Capture(error);

    /// <summary>Throws why it failed.</summary>
    public void ThrowIfFailed() => _failure?.Throw();
}
