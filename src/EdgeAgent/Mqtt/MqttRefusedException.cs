namespace ShiTu.EdgeAgent.Mqtt;

/// <summary>A broker answered and said no.</summary>
internal sealed class MqttRefusedException(string message, bool otherProtocol) : Exception(message)
{
    /// <summary>Whether it may take the other version of the protocol.</summary>
    public bool OtherProtocol { get; } = otherProtocol;
}
