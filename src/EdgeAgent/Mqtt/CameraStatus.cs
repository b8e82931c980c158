namespace ShiTu.EdgeAgent.Mqtt;

/// <summary>State of a camera as it is published (contract 1).</summary>
/// <param name="State"><c>starting</c>, <c>running</c>, <c>failed</c> or <c>stopped</c>.</param>
/// <param name="Reason">Why it failed; null otherwise. Never holds an address or password.</param>
/// <param name="Since">Since when.</param>
/// <param name="Fps">Frames a second.</param>
/// <param name="Dropped">Frames dropped since the start.</param>
/// <param name="Restarts">Restarts since the start.</param>
internal sealed record CameraStatus(string State, string? Reason, DateTimeOffset Since, float Fps, long Dropped, long Restarts);
