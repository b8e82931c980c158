namespace ShiTu.EdgeAgent.Pipeline;

/// <summary>A loop's sign of life for the watchdog (decision 10): a camera's loop, or a worker.</summary>
internal interface IPulse
{
    /// <summary>The loop made progress.</summary>
    void Beat();

    /// <summary>The loop waits for something outside and owes no beat until the next one.</summary>
    void Wait();
}
