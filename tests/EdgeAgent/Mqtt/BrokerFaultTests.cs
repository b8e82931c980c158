using ShiTu.EdgeAgent.Mqtt;
using ShiTu.EdgeAgent.Tests.Day;
using ShiTu.EdgeAgent.Tests.Events;
using ShiTu.EdgeAgent.Tests.Outbox;
using ShiTu.TestKit.Brokers;
using Xunit;

namespace ShiTu.EdgeAgent.Tests.Mqtt;

public sealed class BrokerFaultTests : IDisposable
{
    private readonly OutboxFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_network_that_is_cut_again_and_again_loses_no_event_and_keeps_the_order()
    {
        await using var broker = await MosquittoBroker.StartAsync();
        await using var proxy = new CutProxy(broker.Port);
        await using var traffic = await ReceivedTraffic.StartAsync(broker);
        await using var agent = new RunningAgent(_folder, RunningAgent.Options($"mqtt://127.0.0.1:{proxy.Port}"));
        var random = new Random(7);
        for (var cut = 0; cut < 12; cut++)
        {
            for (var i = 0; i < 60; i++)
            {
                agent.Outbox.Publish(SampleEvents.Confirmed(i % 3 == 0 ? "belt" : "scale", i));
                await Task.Delay(random.Next(3), TestContext.Current.CancellationToken);
            }

            proxy.Cut();
            proxy.Restore();
        }

        await ReceivedTraffic.UntilAsync(() => agent.Outbox.Status is { Pending: 0, LastSeq: 720 }, "an empty outbox");
        await ReceivedTraffic.UntilAsync(() => traffic.On("/events/").Select(message => message.Property("id")).Distinct().Count() == 720, "720 events");
        traffic.AssertNothingLost(720);
        Assert.True(agent.Service.State.Reconnects > 0);
    }

    [Fact]
    public async Task A_network_that_stays_open_but_passes_nothing_counts_as_dead_and_the_events_come_later()
    {
        await using var broker = await MosquittoBroker.StartAsync();
        await using var proxy = new CutProxy(broker.Port);
        await using var traffic = await ReceivedTraffic.StartAsync(broker);
        await using var agent = new RunningAgent(_folder, RunningAgent.Options($"mqtt://127.0.0.1:{proxy.Port}"));
        await ReceivedTraffic.UntilAsync(() => agent.Service.State.Connected, "a connection");
        proxy.Stall();
        OutboxStoreTests.Publish(agent.Outbox, 100);
        await ReceivedTraffic.UntilAsync(() => !agent.Service.State.Connected, "the end of a dead connection");
        proxy.Restore();
        await ReceivedTraffic.UntilAsync(() => traffic.On("/events/").Select(message => message.Property("id")).Distinct().Count() == 100, "100 events");
        traffic.AssertNothingLost(100);
    }

    [Fact]
    public async Task A_frozen_broker_is_left_alone_and_gets_everything_when_it_goes_on()
    {
        await using var broker = await MosquittoBroker.StartAsync();
        await using var traffic = await ReceivedTraffic.StartAsync(broker);
        await using var agent = new RunningAgent(_folder, RunningAgent.Options(broker.Address));
        await ReceivedTraffic.UntilAsync(() => agent.Service.State.Connected, "a connection");
        broker.Freeze();
        OutboxStoreTests.Publish(agent.Outbox, 200);
        await ReceivedTraffic.UntilAsync(() => !agent.Service.State.Connected, "the end of a frozen connection");
        broker.Thaw();
        await ReceivedTraffic.UntilAsync(() => agent.Outbox.Status is { Pending: 0, LastSeq: 200 }, "an empty outbox");
        await ReceivedTraffic.UntilAsync(() => traffic.On("/events/").Select(message => message.Property("id")).Distinct().Count() == 200, "200 events");
        traffic.AssertNothingLost(200);
    }

    [Fact]
    public async Task A_full_broker_is_told_by_its_reason_and_gets_everything_in_order_when_it_has_room()
    {
        var ledger = new DayLedger(1000);
        await using var broker = new MoodyBroker(ledger);
        await broker.SetAsync(Mood.Good);
        await using var agent = new RunningAgent(_folder, RunningAgent.Options(broker.Address));
        OutboxStoreTests.Publish(agent.Outbox, 1);
        await ReceivedTraffic.UntilAsync(() => agent.Outbox.Status is { Pending: 0, LastSeq: 1 }, "the first event");
        await broker.SetAsync(Mood.Full);
        for (var i = 0; i < 200; i++)
        {
            agent.Outbox.Publish(SampleEvents.Confirmed("scale", i + 1));
        }

        await ReceivedTraffic.UntilAsync(() => agent.Service.State.Trouble?.Contains("QuotaExceeded", StringComparison.Ordinal) == true && agent.Outbox.Status.LastSeq == 201, "the reason");
        Assert.Equal((1L, 200L), (ledger.Events, agent.Outbox.Status.Pending));
        Assert.True(agent.Service.State.Connected);
        await broker.SetAsync(Mood.Good);
        await ReceivedTraffic.UntilAsync(() => agent.Outbox.Status.Pending == 0, "an empty outbox");
        Assert.Empty(ledger.Wrong);
        Assert.Empty(ledger.Unaccounted(201));
        Assert.Null(agent.Service.State.Trouble);
    }

    [Fact]
    public async Task A_mosquitto_without_memory_takes_nothing_and_gets_everything_when_it_has_some_again()
    {
        await using var broker = await MosquittoBroker.StartAsync("allow_anonymous true\nmemory_limit 3000000");
        await using var agent = new RunningAgent(_folder, RunningAgent.Options(broker.Address));
        await ReceivedTraffic.UntilAsync(() => agent.Service.State.Connected, "a connection");
        var blobs = 0;
        foreach (var size in (int[])[200_000, 20_000, 2_000, 300])
        {
            while (await TryFillAsync(broker, $"blob/{blobs}", new byte[size]))
            {
                blobs++;
            }
        }

        Assert.True(blobs > 10, $"{blobs} blobs filled it.");
        OutboxStoreTests.Publish(agent.Outbox, 30);
        await ReceivedTraffic.UntilAsync(() => agent.Service.State.Trouble is not null, "a broker that takes nothing");
        Assert.NotEqual(0, agent.Outbox.Status.Pending);

        // It has no room left even for who would clear it.
        await broker.KillAsync();
        broker.LoseSessions();
        await broker.StartAsync();
        await ReceivedTraffic.UntilAsync(() => agent.Outbox.Status is { Pending: 0, LastSeq: 30 }, "an empty outbox");
        Assert.True(agent.Service.State.Connected);
    }

    [Fact]
    public async Task A_killed_broker_that_forgot_every_session_gets_what_waited_and_the_states_again()
    {
        await using var broker = await MosquittoBroker.StartAsync();
        await using var proxy = new CutProxy(broker.Port);
        await using var traffic = await ReceivedTraffic.StartAsync(broker);
        await using var agent = new RunningAgent(_folder, RunningAgent.Options($"mqtt://127.0.0.1:{proxy.Port}"));
        OutboxStoreTests.Publish(agent.Outbox, 50);
        await ReceivedTraffic.UntilAsync(() => traffic.On("/events/").Count() == 50 && agent.Outbox.Status.Pending == 0, "50 events");
        await broker.KillAsync();
        proxy.Cut();
        OutboxStoreTests.Publish(agent.Outbox, 50);
        broker.LoseSessions();
        await broker.StartAsync();
        await ReceivedTraffic.UntilAsync(() => traffic.Connections == 2, "the subscriber");
        proxy.Restore();
        await ReceivedTraffic.UntilAsync(() => traffic.On("/events/").Count() >= 100, "100 events");
        traffic.AssertNothingLost(100);
        await using var later = await ReceivedTraffic.StartAsync(broker);
        await ReceivedTraffic.UntilAsync(() => later.On("/status").Any(), "the retained status");
    }

    private static async Task<bool> TryFillAsync(MosquittoBroker broker, string topic, byte[] payload)
    {
        var options = RunningAgent.Options(broker.Address) with { ClientId = "filler", SessionExpiry = TimeSpan.FromSeconds(1), AcknowledgeTimeout = TimeSpan.FromSeconds(5) };
        try
        {
            await using var session = await MqttSession.ConnectAsync(
                BrokerAddress.Parse(broker.Address), options, version5: true, new OutgoingMessage("filler", ReadOnlyMemory<byte>.Empty), _ => Task.CompletedTask, TestContext.Current.CancellationToken);
            return (await session.PublishAsync(new OutgoingMessage(topic, payload) { Retain = true }, TestContext.Current.CancellationToken)).IsSuccess;
        }
        catch (Exception) when (!TestContext.Current.CancellationToken.IsCancellationRequested)
        {
            return false;
        }
    }
}
