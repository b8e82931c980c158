using System.Net;
using MQTTnet.Server;

namespace ShiTu.EdgeAgent.Tests.Mqtt;

/// <summary>A broker in this process, whose handlers decide what it does with each packet.</summary>
internal static class LocalServer
{
    /// <summary>Makes one for a port of the loopback; it is not started.</summary>
    public static MqttServer On(int port) => new MqttServerFactory().CreateMqttServer(new MqttServerOptionsBuilder().WithDefaultEndpoint()
        .WithDefaultEndpointBoundIPAddress(IPAddress.Loopback).WithDefaultEndpointBoundIPV6Address(IPAddress.None).WithDefaultEndpointPort(port).Build());
}
