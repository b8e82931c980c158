namespace ShiTu.EdgeAgent.Outbox;

/// <summary>How the outbox is.</summary>
/// <param name="Pending">Durable messages that the broker has not acknowledged.</param>
/// <param name="PendingBytes">Their bytes.</param>
/// <param name="Queued">Events in memory that wait for the next commit.</param>
/// <param name="LastSeq">Sequence number of the newest durable event.</param>
/// <param name="Dropped">Events dropped since the start, each within a gap.</param>
/// <param name="Waits">How often a producer found the queue full.</param>
/// <param name="Degraded">Why nothing can be written, or null.</param>
internal sealed record OutboxStatus(long Pending, long PendingBytes, int Queued, long LastSeq, long Dropped, long Waits, string? Degraded);
