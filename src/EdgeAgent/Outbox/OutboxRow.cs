namespace ShiTu.EdgeAgent.Outbox;

/// <summary>A message as it is written.</summary>
internal sealed record OutboxRow(OutboxKind Kind, long? Seq, long? ToSeq, string Topic, string Id, string Type, DateTimeOffset Time, long Clock, byte[] Payload);
