using System.Collections.Concurrent;
using ShiTu.EdgeAgent.Tests.Outbox;
using ShiTu.TestKit.Brokers;
using Xunit;

namespace ShiTu.EdgeAgent.Tests.Mqtt;

public sealed class OnlineTests : IDisposable
{
    private const string Commands = "shitu/s1/till-3/commands/+";
    private readonly OutboxFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_device_says_that_it_is_online_when_commands_reach_it()
    {
        var port = MosquittoBroker.FreePort();
        var seen = new ConcurrentQueue<string>();
        using var server = LocalServer.On(port);
        server.InterceptingSubscriptionAsync += subscription =>
        {
            seen.Enqueue(subscription.TopicFilter.Topic);
            return Task.CompletedTask;
        };
        server.InterceptingPublishAsync += publish =>
        {
            seen.Enqueue(publish.ApplicationMessage.Topic);
            return Task.CompletedTask;
        };
        await server.StartAsync();
        await using var agent = new RunningAgent(_folder, RunningAgent.Options($"mqtt://127.0.0.1:{port}"), made =>
        {
            made.Service.Incoming.Add(Commands, (_, _) => Task.CompletedTask);
            made.Service.SetStatus([]);
        });
        await ReceivedTraffic.UntilAsync(() => seen.Contains("shitu/s1/till-3/status"), "the status");
        Assert.Equal(Commands, seen.First());
    }
}
