using ShiTu.EdgeAgent.Pipeline;

namespace ShiTu.EdgeAgent.Service;

/// <summary>A pipeline loop's pulse on its heartbeat.</summary>
internal sealed class Pulse(Heartbeat beat) : IPulse
{
    /// <inheritdoc/>
    public void Beat() => beat.Beat();

    /// <inheritdoc/>
    public void Wait() => beat.Wait();
}
