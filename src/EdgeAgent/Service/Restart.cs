namespace ShiTu.EdgeAgent.Service;

/// <summary>Whether the agent is to be closed and opened anew inside the process, because other models came into use.</summary>
internal sealed class Restart
{
    private readonly TaskCompletionSource _asked = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Completes when it is asked for.</summary>
    public Task Asked => _asked.Task;

    /// <summary>Whether it was asked for.</summary>
    public bool IsAsked => _asked.Task.IsCompleted;

    /// <summary>Asks for it.</summary>
    public void Ask() => _asked.TrySetResult();
}
