using System.Net.Sockets;
using System.Text;
using ShiTu.EndToEnd.Tests.Brokers;
using ShiTu.EndToEnd.Tests.Programs;
using ShiTu.TestKit.Brokers;
using SkiaSharp;
using Xunit;

namespace ShiTu.EndToEnd.Tests;

public sealed class UnreachableBrokerTests
{
    [Fact]
    public async Task Without_a_broker_the_service_is_ready_and_its_events_go_out_at_the_next_start_once()
    {
        var cancellation = TestContext.Current.CancellationToken;
        using var place = new Workplace();
        await using var broker = MosquittoBroker.Prepare();
        Directory.CreateDirectory(place.At("pictures"));
        place.Draw("pictures/red.png", SKColors.Red);
        place.Draw("pictures/blue.png", SKColors.Blue);
        string[] run = ["run", "--config", place.Configure(broker.Port, ("belt", place.At("pictures"))), "--set", "recognition.whole_picture=only"];

        using var manager = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
        manager.Bind(new UnixDomainSocketEndPoint(place.At("notify")));
        await using (var lonely = PublishedAgent.Start(new Dictionary<string, string> { ["NOTIFY_SOCKET"] = place.At("notify") }, run))
        {
            Assert.Equal(0, await lonely.ExitAsync(TimeSpan.FromMinutes(2), cancellation));
            Assert.Contains("wait in the outbox", lonely.Errors, StringComparison.Ordinal);
        }

        var buffer = new byte[4096];
        manager.ReceiveTimeout = 1000;
        Assert.StartsWith("READY=1", Encoding.UTF8.GetString(buffer, 0, manager.Receive(buffer)), StringComparison.Ordinal);

        await broker.StartAsync();
        await using var listener = await BrokerListener.ConnectAsync(broker.Port, "shitu/shop/till/events/belt", cancellation);
        var (code, _, errors) = await PublishedAgent.RunAsync(run);
        Assert.True(code == 0, errors);
        var events = listener.Messages.Select(message => message.Payload).Where(e => e.GetProperty("type").GetString() == "confirmed").ToList();
        Assert.Equal(4, events.Count);
        Assert.Equal(4, events.Select(e => e.GetProperty("id").GetString()).Distinct().Count());
        Assert.Equal(events.Select(e => e.GetProperty("seq").GetInt64()).Order(), events.Select(e => e.GetProperty("seq").GetInt64()));
    }
}
