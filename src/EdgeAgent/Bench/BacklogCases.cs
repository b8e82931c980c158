using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text;
using ShiTu.EdgeAgent.Mqtt;
using ShiTu.EdgeAgent.Outbox;
using ShiTu.EdgeAgent.Service;

namespace ShiTu.EdgeAgent.Bench;

/// <summary>
/// An hour without a broker, then its events are sent while frames and new events go on: how long that takes, and what it does to the live lane. Each round drains the hour and then,
/// over the same connection, measures the live lane for as long without a backlog.
/// </summary>
internal static class BacklogCases
{
    private const int Cameras = 4;
    private const int ObjectsAMinute = 30;
    private const int EventsAnObject = 3;
    private const int Backlog = Cameras * ObjectsAMinute * EventsAnObject * 60;
    private const int FramesASecond = 25;
    private const int Rounds = 3;
    private static readonly TimeSpan QuietTime = TimeSpan.FromSeconds(30);
    private static readonly byte[] Boxes = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("""{"x":412,"y":230,"w":118,"h":164,"decision":"recognised","item":"sku-4411","similarity":0.83},""", 6)));

    /// <summary>Measures against <paramref name="broker"/>.</summary>
    public static async Task<List<BenchCase>> RunAsync(string folder, BenchBroker broker, CancellationToken cancellation)
    {
        var options = new MqttOptions { Site = "bench", Device = "backlog", Brokers = [broker.Address], Live = true };
        var outbox = OutboxStore.Open(Path.Combine(folder, "backlog.db"), new OutboxOptions(), options.DeviceName, options.InFlight, TimeProvider.System);
        await using (outbox.ConfigureAwait(false))
        {
            var subscriber = await TopicSubscriber.ConnectAsync(options, [Topics.Of(options).Device + "/live/+"], cancellation).ConfigureAwait(false);
            await using (subscriber.ConfigureAwait(false))
            {
                var arrivals = new ConcurrentQueue<double>();
                using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
                var listening = ListenAsync(subscriber, arrivals, stop.Token);
                var (seconds, drained, quiet) = (new List<double>(), new List<double>(), new List<double>());
                for (var round = 0; round < Rounds; round++)
                {
                    var one = await RoundAsync(outbox, options, arrivals, cancellation).ConfigureAwait(false);

                    // The first is the warming up.
                    if (round > 0)
                    {
                        seconds.Add(one.Seconds);
                        drained.AddRange(one.Drained);
                        quiet.AddRange(one.Quiet);
                    }
                }

                await stop.CancelAsync().ConfigureAwait(false);
                await listening.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                return Figures(seconds, drained, quiet);
            }
        }
    }

    private static List<BenchCase> Figures(List<double> seconds, List<double> drained, List<double> quiet)
    {
        seconds.Sort();
        double[] busy = [.. drained.Order()], calm = [.. quiet.Order()];
        return
        [
            new BenchCase { Case = $"one hour of backlog drained to mosquitto ({Cameras} cameras, {ObjectsAMinute} objects a minute each)", N = Backlog, Value = Math.Round(seconds[seconds.Count / 2], 2), Unit = "s" },
            new BenchCase { Case = "live lane to a subscriber, no backlog" }.WithTimes(calm),
            new BenchCase { Case = "live lane to a subscriber while the backlog drains" }.WithTimes(busy) with
            {
                RatioTo = "no backlog, p99",
                Ratio = Stopwatches.Percentile(busy, 0.99) / Stopwatches.Percentile(calm, 0.99),
            },
        ];
    }

    private static async Task<(double Seconds, List<double> Drained, List<double> Quiet)> RoundAsync(
        OutboxStore outbox, MqttOptions options, ConcurrentQueue<double> arrivals, CancellationToken cancellation)
    {
        var before = outbox.Status.LastSeq;
        for (var i = 0; i < Backlog; i++)
        {
            outbox.Publish(OutboxCases.Event(i, $"camera-{i % Cameras}"));
        }

        await UntilAsync(() => outbox.Status.LastSeq == before + Backlog, cancellation).ConfigureAwait(false);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var mqtt = new MqttService(options, outbox, new DeviceIdentity("bench", AgentVersion.Text, TimeProvider.System.GetUtcNow()), TimeProvider.System);
        var running = mqtt.RunAsync(stop.Token);
        await UntilAsync(() => mqtt.State.Connected, cancellation).ConfigureAwait(false);
        var start = Stopwatch.GetTimestamp();
        await LiveAsync(mqtt, outbox, () => mqtt.State.Delivered >= Backlog, cancellation).ConfigureAwait(false);
        var seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        var drained = await TakeAsync(arrivals, cancellation).ConfigureAwait(false);
        await UntilAsync(() => outbox.Status.Pending == 0, cancellation).ConfigureAwait(false);
        start = Stopwatch.GetTimestamp();
        await LiveAsync(mqtt, outbox, () => Stopwatch.GetElapsedTime(start) > QuietTime, cancellation).ConfigureAwait(false);
        var quiet = await TakeAsync(arrivals, cancellation).ConfigureAwait(false);
        await stop.CancelAsync().ConfigureAwait(false);
        await running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return (seconds, drained, quiet);
    }

    // What all cameras do meanwhile: a live message a frame, and an event now and then.
    private static async Task LiveAsync(MqttService mqtt, OutboxStore outbox, Func<bool> ends, CancellationToken cancellation)
    {
        using var pace = new PeriodicTimer(TimeSpan.FromSeconds(1.0 / (FramesASecond * Cameras)));
        const int FramesAnEvent = FramesASecond * 60 / (ObjectsAMinute * EventsAnObject);
        for (var i = 0; !ends(); i++)
        {
            await pace.WaitForNextTickAsync(cancellation).ConfigureAwait(false);
            mqtt.PostLive($"camera-{i % Cameras}", Frame());
            if (i % FramesAnEvent == 0)
            {
                outbox.Publish(OutboxCases.Event(i, $"camera-{i % Cameras}"));
            }
        }
    }

    private static byte[] Frame()
    {
        var payload = new byte[20 + Boxes.Length];
        Boxes.CopyTo(payload, 20);
        Utf8Formatter.TryFormat(Stopwatch.GetTimestamp(), payload, out _);
        return payload;
    }

    private static async Task ListenAsync(TopicSubscriber subscriber, ConcurrentQueue<double> arrivals, CancellationToken cancellation)
    {
        await foreach (var message in subscriber.ReadAllAsync(cancellation).ConfigureAwait(false))
        {
            if (Utf8Parser.TryParse(message.Payload.Span, out long sent, out _))
            {
                arrivals.Enqueue(Stopwatch.GetElapsedTime(sent).TotalMilliseconds);
            }
        }
    }

    private static async Task<List<double>> TakeAsync(ConcurrentQueue<double> arrivals, CancellationToken cancellation)
    {
        await Task.Delay(TimeSpan.FromMilliseconds(300), cancellation).ConfigureAwait(false);
        var taken = new List<double>();
        while (arrivals.TryDequeue(out var latency))
        {
            taken.Add(latency);
        }

        return taken;
    }

    private static async Task UntilAsync(Func<bool> condition, CancellationToken cancellation)
    {
        while (!condition())
        {
            await Task.Delay(1, cancellation).ConfigureAwait(false);
        }
    }
}
