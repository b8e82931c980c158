using ShiTu.EdgeAgent.Outbox;
using ShiTu.EdgeAgent.Tests.Events;
using ShiTu.EdgeAgent.Tests.Outbox;
using ShiTu.TestKit.Brokers;
using Xunit;

namespace ShiTu.EdgeAgent.Tests.Mqtt;

public sealed class SchemaTests : IDisposable
{
    private readonly OutboxFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Real_traffic_keeps_to_the_published_schemas()
    {
        await using var broker = await MosquittoBroker.StartAsync();
        await using var traffic = await ReceivedTraffic.StartAsync(broker);
        await using (var agent = new RunningAgent(_folder, RunningAgent.Options(broker.Address)))
        {
            agent.Outbox.Publish(SampleEvents.Confirmed());
            agent.Outbox.Publish(SampleEvents.Unknown());
            await agent.Outbox.AppendAsync(OutboxDraft.From(new Alarm("camera_dead", AlarmSeverity.Critical, "belt", DateTimeOffset.UnixEpoch)));
            agent.Service.SetCamera("belt", new("running", null, DateTimeOffset.UnixEpoch, 9.95f, 3, 1));
            agent.Service.SetCamera("shelf", new("failed", "no frames", DateTimeOffset.UnixEpoch, 0, 3, 1));
            agent.Service.SetGallery(new(57, new string('a', 64), 3, 9, 1, "m@1", DateTimeOffset.UnixEpoch, null));
            await ReceivedTraffic.UntilAsync(() => traffic.Messages.Count >= 7 && traffic.On("/cameras/shelf").Any() && traffic.On("/gallery").Any(), "all kinds of messages");
        }

        await ReceivedTraffic.UntilAsync(() => traffic.On("/status").Count() >= 2, "the end");
        var checkedKinds = new HashSet<string>();
        foreach (var message in traffic.Messages)
        {
            var kind = message.Topic.Split('/')[3] switch { "events" => "event", "gaps" => "gap", "alarms" => "alarm", "cameras" => "camera", "receipts" => "receipt", var other => other };
            Schemas.Check(kind, message.Payload);
            checkedKinds.Add(kind);
        }

        Assert.Equal(["alarm", "camera", "event", "gallery", "status"], checkedKinds.Order());
    }
}
