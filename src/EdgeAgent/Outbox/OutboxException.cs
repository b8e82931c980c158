namespace ShiTu.EdgeAgent.Outbox;

/// <summary>The outbox cannot be opened. The message says what, where and what would be right.</summary>
internal sealed class OutboxException(string message, Exception? inner = null) : Exception(message, inner);
