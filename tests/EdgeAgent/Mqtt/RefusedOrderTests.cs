using System.Buffers;
using System.Collections.Concurrent;
using System.Text.Json;
using MQTTnet.Protocol;
using MQTTnet.Server;
using ShiTu.EdgeAgent.Tests.Events;
using ShiTu.EdgeAgent.Tests.Outbox;
using ShiTu.TestKit.Brokers;
using Xunit;

namespace ShiTu.EdgeAgent.Tests.Mqtt;

/// <summary>A broker that takes most events and refuses some, for a moment.</summary>
public sealed class RefusedOrderTests : IDisposable
{
    private const int Events = 40;
    private readonly OutboxFolder _folder = new();
    private readonly ConcurrentQueue<(string Topic, long Seq)> _taken = [];
    private int _offered;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task An_event_that_is_refused_once_still_comes_before_the_next_of_its_camera()
    {
        var port = MosquittoBroker.FreePort();
        using var server = LocalServer.On(port);
        server.InterceptingPublishAsync += ReceiveAsync;
        await server.StartAsync();
        await using var agent = new RunningAgent(_folder, RunningAgent.Options($"mqtt://127.0.0.1:{port}"));
        for (var i = 0; i < Events; i++)
        {
            agent.Outbox.Publish(SampleEvents.Confirmed(i % 3 == 0 ? "door" : "belt", i));
        }

        await ReceivedTraffic.UntilAsync(() => agent.Outbox.Status.Pending == 0 && _taken.Count >= Events, "every event", 120);
        Assert.Equal(Events, _taken.Select(taken => taken.Seq).Distinct().Count());
        Assert.All(_taken.GroupBy(taken => taken.Topic), camera => Assert.Equal(camera.Select(taken => taken.Seq).Order(), camera.Select(taken => taken.Seq)));
    }

    private Task ReceiveAsync(InterceptingPublishEventArgs publish)
    {
        if (!publish.ApplicationMessage.Topic.Contains("/events/", StringComparison.Ordinal))
        {
            return Task.CompletedTask;
        }

        if (Interlocked.Increment(ref _offered) is 3 or 14)
        {
            publish.ProcessPublish = false;
            publish.Response.ReasonCode = MqttPubAckReasonCode.QuotaExceeded;
            return Task.CompletedTask;
        }

        using var json = JsonDocument.Parse(publish.ApplicationMessage.Payload.ToArray());
        _taken.Enqueue((publish.ApplicationMessage.Topic, json.RootElement.GetProperty("seq").GetInt64()));
        return Task.CompletedTask;
    }
}
