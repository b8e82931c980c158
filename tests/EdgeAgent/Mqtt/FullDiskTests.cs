using ShiTu.EdgeAgent.Mqtt;
using ShiTu.EdgeAgent.Outbox;
using ShiTu.EdgeAgent.Tests.Events;
using ShiTu.EdgeAgent.Tests.Outbox;
using ShiTu.TestKit.Disks;
using Xunit;

namespace ShiTu.EdgeAgent.Tests.Mqtt;

/// <summary>A disk that takes nothing and a broker that comes and goes.</summary>
public sealed class FullDiskTests
{
    private const int Events = 30;

    [Fact]
    public Task Each_lost_connection_is_noticed_and_made_anew_while_the_disk_is_full() => FaultyDisk.RunAsync(typeof(FullDiskTests), nameof(Through_two_losses));

    [Fact(Explicit = true)]
    public async Task Through_two_losses()
    {
        using var folder = new OutboxFolder();
        var broker = await DemoBroker.StartAsync();
        var port = broker.Port;
        await using var agent = new RunningAgent(folder, RunningAgent.Options(broker.Address));
        await ReceivedTraffic.UntilAsync(() => agent.Service.State.Connected, "the connection");
        Publish(agent.Outbox);
        await ReceivedTraffic.UntilAsync(() => agent.Service.State.Delivered >= Events, "the first events");

        FaultyDisk.Arm(folder.File, 1, DiskFault.Full, lasting: true);
        Publish(agent.Outbox);
        var receipt = agent.Outbox.AppendAsync(OutboxDraft.From(new Alarm("disk", AlarmSeverity.Warning, "full", DateTimeOffset.UnixEpoch)));
        await ReceivedTraffic.UntilAsync(() => agent.Outbox.Status.Degraded is not null, "the fault");
        try
        {
            for (var loss = 1; loss <= 2; loss++)
            {
                await broker.DisposeAsync();
                await ReceivedTraffic.UntilAsync(() => !agent.Service.State.Connected, $"loss {loss} noticed");
                broker = await DemoBroker.StartAsync(port);
                await ReceivedTraffic.UntilAsync(() => agent.Service.State.Connected, $"connection after loss {loss}");
            }

            Assert.NotNull(agent.Outbox.Status.Degraded);
            Assert.False(receipt.IsCompleted);
        }
        finally
        {
            // The agent ends on a good disk only.
            FaultyDisk.Disarm();
        }

        await receipt;
        await ReceivedTraffic.UntilAsync(() => agent.Outbox.Status is { Pending: 0, Degraded: null }, "all delivered");
        await broker.DisposeAsync();
    }

    private static void Publish(OutboxStore outbox)
    {
        for (var i = 0; i < Events; i++)
        {
            outbox.Publish(SampleEvents.Confirmed("cam-1"));
        }
    }
}
