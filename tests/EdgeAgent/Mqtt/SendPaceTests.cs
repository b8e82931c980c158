using ShiTu.EdgeAgent.Mqtt;
using ShiTu.EdgeAgent.Tests.Outbox;
using Xunit;

namespace ShiTu.EdgeAgent.Tests.Mqtt;

public sealed class SendPaceTests
{
    [Fact]
    public void A_few_go_at_once_and_then_so_many_a_second()
    {
        var clock = OutboxFolder.Clock();
        var pace = new SendPace(100, clock);
        Assert.Equal(8, pace.Room(32));
        Assert.Equal(3, pace.Room(3));
        pace.Take(8);
        Assert.Equal(0, pace.Room(32));
        Assert.Equal(TimeSpan.FromMilliseconds(80), pace.Rest);
        clock.Advance(TimeSpan.FromMilliseconds(31));
        Assert.Equal(3, pace.Room(32));
        var sent = 0;
        for (var end = clock.GetUtcNow() + TimeSpan.FromSeconds(60); clock.GetUtcNow() < end; clock.Advance(pace.Rest))
        {
            var room = pace.Room(32);
            pace.Take(room);
            sent += room;
        }

        Assert.InRange(sent, 5980, 6020);
    }

    [Fact]
    public void Without_a_limit_everything_goes() => Assert.Equal(1000, new SendPace(0, OutboxFolder.Clock()).Room(1000));
}
