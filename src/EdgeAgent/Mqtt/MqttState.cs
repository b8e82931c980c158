namespace ShiTu.EdgeAgent.Mqtt;

/// <summary>How the connection is.</summary>
/// <param name="Connected">Whether a broker accepted this device.</param>
/// <param name="Broker">Which one, or null.</param>
/// <param name="Protocol"><c>5</c> or <c>3.1.1</c>, or null.</param>
/// <param name="Since">Since when.</param>
/// <param name="Trouble">Why it is not connected, or what the broker refuses; null where all is well.</param>
/// <param name="Delivered">Outbox messages delivered since the start.</param>
/// <param name="Reconnects">Connections after the first.</param>
internal sealed record MqttState(bool Connected, string? Broker, string? Protocol, DateTimeOffset Since, string? Trouble, long Delivered, long Reconnects);
