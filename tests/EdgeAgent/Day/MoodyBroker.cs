using System.Buffers;
using MQTTnet.Protocol;
using MQTTnet.Server;
using ShiTu.EdgeAgent.Tests.Mqtt;
using ShiTu.TestKit.Brokers;

namespace ShiTu.EdgeAgent.Tests.Day;

/// <summary>How a broker behaves.</summary>
internal enum Mood
{
    Good,
    Away,
    RefusesConnections,
    Full,
    Slow,
    Cutting,
    Forgetting,
}

/// <summary>A real MQTT server on a real socket that goes away, refuses, is full, is slow, cuts connections before it acknowledges, or forgets its sessions. What it acknowledges is in the ledger first.</summary>
internal sealed class MoodyBroker(DayLedger ledger) : IAsyncDisposable
{
    private readonly int _port = MosquittoBroker.FreePort();
    private MqttServer? _server;
    private volatile Mood _mood;
    private int _published;

    public string Address => $"mqtt://127.0.0.1:{_port}";

    public Mood Mood => _mood;

    /// <summary>Messages that were refused, and acknowledgements that a cut connection swallowed.</summary>
    public long Refused { get; private set; }

    public async Task SetAsync(Mood mood)
    {
        _mood = mood;
        if (mood is Mood.Away or Mood.Forgetting)
        {
            await StopAsync();
        }

        if (mood != Mood.Away && _server is null)
        {
            // Sessions are in memory: a new server knows nobody.
            await StartAsync();
        }

        if (mood == Mood.RefusesConnections)
        {
            foreach (var client in await _server!.GetClientsAsync())
            {
                await client.DisconnectAsync(new MqttServerClientDisconnectOptions());
            }
        }
    }

    public async ValueTask DisposeAsync() => await StopAsync();

    private async Task StartAsync()
    {
        _server = LocalServer.On(_port);
        _server.ValidatingConnectionAsync += connecting =>
        {
            connecting.ReasonCode = _mood == Mood.RefusesConnections ? MqttConnectReasonCode.ServerBusy : MqttConnectReasonCode.Success;
            return Task.CompletedTask;
        };
        _server.InterceptingPublishAsync += ReceiveAsync;
        await _server.StartAsync();
    }

    private async Task StopAsync()
    {
        if (_server is not null)
        {
            await _server.StopAsync(new MqttServerStopOptions());
            _server.Dispose();
            _server = null;
        }
    }

    private async Task ReceiveAsync(InterceptingPublishEventArgs publish)
    {
        var acknowledged = publish.ApplicationMessage.QualityOfServiceLevel == MqttQualityOfServiceLevel.AtLeastOnce;
        if (_mood == Mood.Slow)
        {
            await Task.Delay(1);
        }

        if (_mood == Mood.Full && acknowledged)
        {
            Refused++;
            ledger.Refuse(publish.ApplicationMessage.Topic, publish.ApplicationMessage.Payload.ToArray());
            publish.ProcessPublish = false;
            publish.Response.ReasonCode = MqttPubAckReasonCode.QuotaExceeded;
            return;
        }

        if (acknowledged)
        {
            ledger.Record(publish.ApplicationMessage.Topic, publish.ApplicationMessage.Payload.ToArray());
        }

        if (_mood == Mood.Cutting && ++_published % 40 == 0)
        {
            // Taken, but the acknowledgement never arrives.
            Refused++;
            publish.CloseConnection = true;
        }
    }
}
