namespace ShiTu.EdgeAgent.Outbox;

/// <summary>How much the outbox holds, and for how long.</summary>
internal sealed record OutboxOptions
{
    /// <summary>Most bytes of messages that wait for the broker; what is over drops the oldest events, and a <c>gap</c> says which.</summary>
    public long MaxBytes { get; init; } = 256L << 20;

    /// <summary>Longest that an event waits for the broker; zero is for ever. What is older is dropped, and a <c>gap</c> says which.</summary>
    public TimeSpan MaxAge { get; init; } = TimeSpan.Zero;

    /// <summary>How long a delivered message is kept for <c>outbox.replay</c>.</summary>
    public TimeSpan ReplayWindow { get; init; } = TimeSpan.FromDays(7);

    /// <summary>Most bytes of delivered messages kept for replay.</summary>
    public long ReplayBytes { get; init; } = 64L << 20;

    /// <summary>Events that may wait in memory for the next commit.</summary>
    public int QueueLength { get; init; } = 4096;

    /// <summary>How long a producer waits where that queue is full, before the event is dropped and counted into a <c>gap</c>.</summary>
    public TimeSpan FullQueueWait { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>What is wrong, each with its key.</summary>
    public IEnumerable<string> Validate(string path)
    {
        if (MaxBytes < 1 << 20)
        {
            yield return $"{path}.max_bytes: expected at least 1048576 (1 MiB), not {MaxBytes}.";
        }

        if (ReplayBytes < 0)
        {
            yield return $"{path}.replay_bytes: expected 0 or more, not {ReplayBytes}.";
        }

        if (MaxAge < TimeSpan.Zero)
        {
            yield return $"{path}.max_age: expected 0s (for ever) or more.";
        }

        if (ReplayWindow < TimeSpan.Zero)
        {
            yield return $"{path}.replay_window: expected 0s or more.";
        }

        if (QueueLength is < 16 or > 1_000_000)
        {
            yield return $"{path}.queue_length: expected 16 to 1000000, not {QueueLength}.";
        }

        if (FullQueueWait < TimeSpan.Zero || FullQueueWait > TimeSpan.FromMinutes(1))
        {
            yield return $"{path}.full_queue_wait: expected 0s to 1m.";
        }
    }
}
