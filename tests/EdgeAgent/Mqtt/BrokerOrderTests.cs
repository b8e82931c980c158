using System.Diagnostics;
using ShiTu.EdgeAgent.GalleryUpdates;
using ShiTu.EdgeAgent.Mqtt;
using ShiTu.TestKit.Brokers;
using Xunit;

namespace ShiTu.EdgeAgent.Tests.Mqtt;

/// <summary>The owner's tools look for a broker as the devices do.</summary>
public sealed class BrokerOrderTests
{
    [Fact]
    public async Task The_first_broker_that_takes_the_owner_is_used_by_readers_and_writers_alike()
    {
        await using var refusing = await MosquittoBroker.StartAsync("allow_anonymous false");
        await using var frozen = await MosquittoBroker.StartAsync();
        await using var good = await MosquittoBroker.StartAsync();
        await using var traffic = await ReceivedTraffic.StartAsync(good);
        frozen.Freeze();
        var options = RunningAgent.Options($"mqtt://127.0.0.1:{MosquittoBroker.FreePort()}", refusing.Address, frozen.Address, good.Address) with { ConnectTimeout = TimeSpan.FromSeconds(1) };
        var start = Stopwatch.GetTimestamp();
        await using var subscriber = await TopicSubscriber.ConnectAsync(options, ["here"], TestContext.Current.CancellationToken);
        await using (var owner = await OwnerSession.ConnectAsync(options, TestContext.Current.CancellationToken))
        {
            await owner.PublishAsync(new OutgoingMessage("here", "1"u8.ToArray()), TestContext.Current.CancellationToken);
        }

        await foreach (var message in subscriber.ReadAllAsync(TestContext.Current.CancellationToken))
        {
            Assert.Equal("here", message.Topic);
            break;
        }

        Assert.InRange(Stopwatch.GetElapsedTime(start), TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(30));
        await ReceivedTraffic.UntilAsync(() => traffic.On("here").Any(), "the owner's message on the good broker");
    }

    [Fact]
    public async Task Where_none_can_be_used_each_is_named_with_its_reason()
    {
        await using var refusing = await MosquittoBroker.StartAsync("allow_anonymous false");
        var dead = $"mqtt://127.0.0.1:{MosquittoBroker.FreePort()}";
        var error = await Assert.ThrowsAsync<NoBrokerException>(() => OwnerSession.ConnectAsync(RunningAgent.Options(dead, refusing.Address), TestContext.Current.CancellationToken));
        Assert.Equal([dead, refusing.Address], error.Failures.Select(failure => failure.Broker.ToString()));
        Assert.Contains($"{dead}: Connection refused", error.Message, StringComparison.Ordinal);
        Assert.Contains($"{refusing.Address}: The broker {refusing.Address} refused: NotAuthorized", error.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<MqttRefusedException>(() => OwnerSession.ConnectAsync(RunningAgent.Options(refusing.Address), TestContext.Current.CancellationToken));
    }
}
