using ShiTu.EdgeAgent.Outbox;
using ShiTu.EdgeAgent.Tests.Events;
using ShiTu.EdgeAgent.Tests.Outbox;
using ShiTu.TestKit.Brokers;
using Xunit;

namespace ShiTu.EdgeAgent.Tests.Mqtt;

public sealed class MqttServiceTests : IDisposable
{
    private readonly OutboxFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Events_reach_a_subscriber_in_order_with_cloudevents_properties_and_leave_the_outbox()
    {
        await using var broker = await MosquittoBroker.StartAsync();
        await using var traffic = await ReceivedTraffic.StartAsync(broker);
        await using var agent = new RunningAgent(_folder, RunningAgent.Options(broker.Address));
        OutboxStoreTests.Publish(agent.Outbox, 500);
        await ReceivedTraffic.UntilAsync(() => traffic.On("/events/").Count() == 500, "500 events");
        await ReceivedTraffic.UntilAsync(() => agent.Outbox.Status.Pending == 0, "an empty outbox");
        Assert.Equal(Enumerable.Range(1, 500).Select(seq => (long)seq), traffic.EventSeqs("belt"));
        var first = traffic.On("/events/").First();
        Assert.Equal("shitu/s1/till-3/events/belt", first.Topic);
        Assert.Equal("1.0", first.Property("specversion"));
        Assert.Equal("shitu.event.confirmed", first.Property("type"));
        Assert.Equal("shitu/s1/till-3", first.Property("source"));
        Assert.Equal(ReceivedTraffic.Json(first).GetProperty("id").GetString(), first.Property("id"));
        Assert.False(ReceivedTraffic.Json(first).GetProperty("historical").GetBoolean());
    }

    [Fact]
    public async Task A_backlog_leaves_at_its_pace_in_order_and_events_of_the_moment_at_once()
    {
        await using var broker = await MosquittoBroker.StartAsync();
        await using var traffic = await ReceivedTraffic.StartAsync(broker);
        await using var agent = new RunningAgent(_folder, RunningAgent.Options(broker.Address) with { EventsPerSecond = 100 });
        await ReceivedTraffic.UntilAsync(() => agent.Service.State.Connected, "a connection");
        var start = System.Diagnostics.Stopwatch.GetTimestamp();
        OutboxStoreTests.Publish(agent.Outbox, 208);
        await ReceivedTraffic.UntilAsync(() => traffic.On("/events/").Count() == 208, "208 events");

        // Eight go at once, the others ten milliseconds apart.
        Assert.InRange(System.Diagnostics.Stopwatch.GetElapsedTime(start), TimeSpan.FromSeconds(1.9), TimeSpan.FromSeconds(30));
        traffic.AssertNothingLost(208);
        await ReceivedTraffic.UntilAsync(() => agent.Outbox.Status.Pending == 0, "an empty outbox");
        await agent.Outbox.AppendAsync(OutboxDraft.From(new Alarm("now", AlarmSeverity.Warning, "", DateTimeOffset.UnixEpoch)));
        await ReceivedTraffic.UntilAsync(() => traffic.On("/alarms").Any(), "the alarm");
    }

    [Fact]
    public async Task It_starts_without_a_broker_and_delivers_when_one_comes()
    {
        await using var broker = MosquittoBroker.Prepare();
        await using var agent = new RunningAgent(_folder, RunningAgent.Options(broker.Address));
        OutboxStoreTests.Publish(agent.Outbox, 20);
        await ReceivedTraffic.UntilAsync(() => agent.Service.State.Trouble?.Contains("refused", StringComparison.OrdinalIgnoreCase) == true, "a connection refused");
        await broker.StartAsync();
        await ReceivedTraffic.UntilAsync(() => agent.Outbox.Status is { Pending: 0, LastSeq: 20 }, "an empty outbox");
        Assert.True(agent.Service.State.Connected);
    }

    [Fact]
    public async Task States_are_retained_and_a_clean_end_says_stopped()
    {
        await using var broker = await MosquittoBroker.StartAsync();
        await using (var agent = new RunningAgent(_folder, RunningAgent.Options(broker.Address)))
        {
            agent.Service.SetStatus(["camera belt: no frames"]);
            agent.Service.SetCamera("belt", new("failed", "no frames", DateTimeOffset.UnixEpoch, 0, 3, 1));
            agent.Service.SetGallery(new(57, "ab", 3, 9, 1, "m@1", DateTimeOffset.UnixEpoch, 56));
            await using var online = await ReceivedTraffic.StartAsync(broker);
            await ReceivedTraffic.UntilAsync(() => online.On("/gallery").Any() && online.On("/cameras/belt").Any() && online.On("/status").Any(), "three states");
            await ReceivedTraffic.UntilAsync(
                () => ReceivedTraffic.Json(online.On("/status").Last()).GetProperty("degraded").GetArrayLength() == 1, "the reason");
            Assert.Equal("online", ReceivedTraffic.Json(online.On("/status").Last()).GetProperty("state").GetString());
        }

        await using var later = await ReceivedTraffic.StartAsync(broker);
        await ReceivedTraffic.UntilAsync(() => later.On("/status").Any() && later.On("/gallery").Any(), "the retained states");
        var status = later.On("/status").Single();
        Assert.True(status.Retained);
        Assert.Equal("stopped", ReceivedTraffic.Json(status).GetProperty("state").GetString());
        Assert.Equal("boot-1", ReceivedTraffic.Json(status).GetProperty("boot").GetString());
    }

    [Fact]
    public async Task The_second_broker_is_taken_where_the_first_one_is_dead()
    {
        await using var broker = await MosquittoBroker.StartAsync();
        await using var agent = new RunningAgent(_folder, RunningAgent.Options($"mqtt://127.0.0.1:{MosquittoBroker.FreePort()}", broker.Address));
        await ReceivedTraffic.UntilAsync(() => agent.Service.State.Connected, "a connection");
        Assert.Equal(broker.Address, agent.Service.State.Broker);
    }

    [Fact]
    public async Task A_broker_that_refuses_is_not_a_connection()
    {
        await using var broker = await MosquittoBroker.StartAsync("allow_anonymous false");
        await using var agent = new RunningAgent(_folder, RunningAgent.Options(broker.Address));
        OutboxStoreTests.Publish(agent.Outbox, 3);
        await ReceivedTraffic.UntilAsync(() => agent.Service.State.Trouble?.Contains("NotAuthorized", StringComparison.Ordinal) == true, "a refusal");
        Assert.False(agent.Service.State.Connected);
        Assert.Equal(3, agent.Outbox.Status.Pending);
    }

    [Fact]
    public async Task Messages_that_the_broker_refuses_wait_and_are_delivered_when_it_takes_them()
    {
        var acl = Path.Combine(_folder.Folder, "acl");
        await File.WriteAllTextAsync(acl, "topic read #\ntopic write shitu/s1/till-3/status\n", TestContext.Current.CancellationToken);
        await using var broker = await MosquittoBroker.StartAsync($"allow_anonymous true\nacl_file {acl}");
        await using var agent = new RunningAgent(_folder, RunningAgent.Options(broker.Address));
        OutboxStoreTests.Publish(agent.Outbox, 5);
        await ReceivedTraffic.UntilAsync(() => agent.Service.State.Trouble?.Contains("refuses events/belt", StringComparison.Ordinal) == true, "a refusal");
        Assert.Equal(5, agent.Outbox.Status.Pending);
        await File.WriteAllTextAsync(acl, "topic readwrite #\n", TestContext.Current.CancellationToken);
        await broker.StopAsync();
        await broker.StartAsync();
        await using var traffic = await ReceivedTraffic.StartAsync(broker);
        await ReceivedTraffic.UntilAsync(() => agent.Outbox.Status.Pending == 0, "an empty outbox");
        Assert.Null(agent.Service.State.Trouble);
    }

    [Fact]
    public async Task An_old_broker_gets_the_same_payloads_by_mqtt_3_1_1()
    {
        await using var broker = await MosquittoBroker.StartAsync();
        await using var traffic = await ReceivedTraffic.StartAsync(broker);
        await using var agent = new RunningAgent(_folder, RunningAgent.Options(broker.Address) with { Protocol = "3.1.1" });
        OutboxStoreTests.Publish(agent.Outbox, 5);
        await ReceivedTraffic.UntilAsync(() => traffic.On("/events/").Count() == 5, "5 events");
        Assert.Equal("3.1.1", agent.Service.State.Protocol);
        Assert.Empty(traffic.On("/events/").First().Properties);
    }

    [Fact]
    public async Task A_killed_agent_is_offline_by_its_will()
    {
        await using var broker = await MosquittoBroker.StartAsync();
        await using var proxy = new CutProxy(broker.Port);
        await using var traffic = await ReceivedTraffic.StartAsync(broker, "+/+/+/status");
        await using var agent = new RunningAgent(_folder, RunningAgent.Options($"mqtt://127.0.0.1:{proxy.Port}"));
        await ReceivedTraffic.UntilAsync(() => traffic.On("/status").Any(), "a birth");
        proxy.Cut();
        await ReceivedTraffic.UntilAsync(() => traffic.On("/status").Any(message => ReceivedTraffic.Json(message).GetProperty("state").GetString() == "offline"), "the will");
    }

    [Fact]
    public async Task Home_assistant_finds_the_device_only_where_that_is_switched_on()
    {
        await using var broker = await MosquittoBroker.StartAsync();
        await using (var silent = new RunningAgent(_folder, RunningAgent.Options(broker.Address)))
        {
            await ReceivedTraffic.UntilAsync(() => silent.Service.State.Connected, "a connection");
        }

        await using var traffic = await ReceivedTraffic.StartAsync(broker);
        await ReceivedTraffic.UntilAsync(() => traffic.On("/status").Any(), "the retained status");
        Assert.Empty(traffic.On("homeassistant/"));
        await using var agent = new RunningAgent(_folder, RunningAgent.Options(broker.Address) with { HomeAssistant = true });
        await ReceivedTraffic.UntilAsync(() => traffic.On("homeassistant/device/shitu_s1_till-3/config").Any(), "the discovery");
        var document = ReceivedTraffic.Json(traffic.On("homeassistant/").Single());
        Assert.Equal("shitu/s1/till-3/status", document.GetProperty("components").GetProperty("connectivity").GetProperty("state_topic").GetString());
        Assert.Equal(4, document.GetProperty("components").EnumerateObject().Select(component => component.Value.GetProperty("unique_id").GetString()).Distinct().Count());
        Assert.True(document.GetProperty("origin").TryGetProperty("name", out _));
    }

    [Fact]
    public async Task Telemetry_goes_at_once_or_not_at_all()
    {
        await using var broker = await MosquittoBroker.StartAsync();
        await using var traffic = await ReceivedTraffic.StartAsync(broker);
        await using var agent = new RunningAgent(_folder, RunningAgent.Options(broker.Address) with { Live = true });
        await ReceivedTraffic.UntilAsync(() => agent.Service.State.Connected, "a connection");
        await ReceivedTraffic.UntilAsync(
            () =>
            {
                agent.Service.PostMetrics("{}"u8.ToArray());
                agent.Service.PostLive("belt", "[]"u8.ToArray());
                return traffic.On("/metrics").Any() && traffic.On("/live/belt").Any();
            },
            "metrics and live boxes");
        await agent.Outbox.AppendAsync(OutboxDraft.From(new Alarm("camera_dead", AlarmSeverity.Critical, "belt", DateTimeOffset.UnixEpoch)));
        await ReceivedTraffic.UntilAsync(() => traffic.On("/alarms").Any(), "the alarm");
        Assert.Equal("shitu.alarm", traffic.On("/alarms").Single().Property("type"));
    }
}
