using System.Diagnostics;
using ShiTu.EdgeAgent.Events;
using ShiTu.EdgeAgent.Mqtt;
using ShiTu.EdgeAgent.Outbox;
using ShiTu.EdgeAgent.Service;

namespace ShiTu.EdgeAgent.Bench;

/// <summary>Events a second: onto the disk, and through a broker inside this process to a subscriber.</summary>
internal static class OutboxCases
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(1);

    /// <summary>Measures both, the second with what the first left waiting.</summary>
    public static async Task<List<BenchCase>> RunAsync(string folder, int count, CancellationToken cancellation)
    {
        var broker = await DemoBroker.StartAsync().ConfigureAwait(false);
        await using (broker.ConfigureAwait(false))
        {
            var options = new MqttOptions { Site = "bench", Device = "bench", Brokers = [broker.Address], EventsPerSecond = 0 };
            var outbox = OutboxStore.Open(Path.Combine(folder, "outbox.db"), new OutboxOptions(), options.DeviceName, options.InFlight, TimeProvider.System);
            await using (outbox.ConfigureAwait(false))
            {
                var durable = await CommitAsync(outbox, count, cancellation).ConfigureAwait(false);
                var through = await DeliverAsync(outbox, options, count, cancellation).ConfigureAwait(false);
                return
                [
                    new BenchCase { Case = "events into the outbox, durable", N = count, Value = Math.Round(durable), Unit = "events/s" },
                    new BenchCase { Case = "events from the outbox to a subscriber", N = count, Value = Math.Round(through), Unit = "events/s" },
                ];
            }
        }
    }

    private static async Task<double> CommitAsync(OutboxStore outbox, int count, CancellationToken cancellation)
    {
        var start = Stopwatch.GetTimestamp();
        for (var i = 0; i < count; i++)
        {
            outbox.Publish(Event(i));
        }

        while (outbox.Status.LastSeq < count)
        {
            await Task.Delay(Look, cancellation).ConfigureAwait(false);
        }

        return count / Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    private static async Task<double> DeliverAsync(OutboxStore outbox, MqttOptions options, int count, CancellationToken cancellation)
    {
        var subscriber = await TopicSubscriber.ConnectAsync(options, [Topics.Of(options).Device + "/events/+"], cancellation).ConfigureAwait(false);
        await using (subscriber.ConfigureAwait(false))
        {
            using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            var mqtt = new MqttService(options, outbox, new DeviceIdentity("bench", AgentVersion.Text, TimeProvider.System.GetUtcNow()), TimeProvider.System);
            var start = Stopwatch.GetTimestamp();
            var running = mqtt.RunAsync(stop.Token);
            var arrived = 0;
            await foreach (var message in subscriber.ReadAllAsync(cancellation).ConfigureAwait(false))
            {
                if (++arrived == count)
                {
                    break;
                }
            }

            var seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
            await stop.CancelAsync().ConfigureAwait(false);
            await running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            return arrived / seconds;
        }
    }

    /// <summary>An event as a busy till makes it.</summary>
    public static RecognitionEvent Event(int number, string camera = "bench") => new()
    {
        Type = EventType.Confirmed,
        Time = TimeProvider.System.GetUtcNow(),
        Camera = camera,
        Object = $"{camera}-{number}",
        Verdict = new Verdict(Decision.Recognised, new Candidate("sku-4411", "Gräddfil 3 dl", 0.83f), new Candidate("sku-9", "Filmjölk", 0.62f), null),
        Box = new EventBox(412, 230, 118, 164),
        FrameWidth = 1280,
        FrameHeight = 720,
        DetectorScore = 0.91f,
        Looks = 4,
        Agreement = 1f,
        Model = "bench",
        GalleryGeneration = 1,
    };
}
