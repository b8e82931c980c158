using System.Collections.Concurrent;
using System.Text.Json;
using ShiTu.EdgeAgent.Mqtt;
using ShiTu.TestKit.Brokers;
using Xunit;

namespace ShiTu.EdgeAgent.Tests.Mqtt;

/// <summary>A subscriber that keeps everything it gets, and connects again when its broker comes back.</summary>
internal sealed class ReceivedTraffic : IAsyncDisposable
{
    private readonly CancellationTokenSource _end = new();
    private readonly Task _reading;
    private readonly TaskCompletionSource _subscribed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _connections;

    private ReceivedTraffic(MosquittoBroker broker, string filter) => _reading = ReadAsync(broker, filter);

    public ConcurrentQueue<IncomingMessage> Messages { get; } = new();

    public int Connections => Volatile.Read(ref _connections);

    public static async Task<ReceivedTraffic> StartAsync(MosquittoBroker broker, string filter = "#")
    {
        var traffic = new ReceivedTraffic(broker, filter);
        await traffic._subscribed.Task.WaitAsync(TimeSpan.FromSeconds(30));
        return traffic;
    }

    public IEnumerable<IncomingMessage> On(string end) => Messages.Where(message => message.Topic.Contains(end, StringComparison.Ordinal));

    public List<long> EventSeqs(string camera) => [.. On($"/events/{camera}").Select(message => Json(message).GetProperty("seq").GetInt64())];

    /// <summary>No event of 1 to <paramref name="produced"/> is missing, what came twice has the same id, and each camera's first copies came in order.</summary>
    public void AssertNothingLost(long produced)
    {
        var ids = new Dictionary<long, string>();
        var last = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach (var e in On("/events/").Select(Json))
        {
            var seq = e.GetProperty("seq").GetInt64();
            var id = e.GetProperty("id").GetString()!;
            var camera = e.GetProperty("camera").GetString()!;
            if (!ids.TryAdd(seq, id))
            {
                Assert.Equal(ids[seq], id);
                continue;
            }

            Assert.True(seq > last.GetValueOrDefault(camera), $"{camera}: {seq} came after {last.GetValueOrDefault(camera)}.");
            last[camera] = seq;
        }

        Assert.Equal(Enumerable.Range(1, (int)produced).Select(seq => (long)seq), ids.Keys.Order());
    }

    public static JsonElement Json(IncomingMessage message) => JsonDocument.Parse(message.Payload).RootElement;

    public static async Task UntilAsync(Func<bool> condition, string what, int seconds = 60)
    {
        for (var tries = 0; tries < seconds * 40; tries++)
        {
            if (condition())
            {
                return;
            }

            await Task.Delay(25, TestContext.Current.CancellationToken);
        }

        Assert.Fail($"Waited {seconds} s in vain: {what}.");
    }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await _reading;
        _end.Dispose();
    }

    private async Task ReadAsync(MosquittoBroker broker, string filter)
    {
        var options = new MqttOptions { Brokers = [broker.Address], ClientId = "traffic" };
        while (!_end.IsCancellationRequested)
        {
            try
            {
                await using var subscriber = await TopicSubscriber.ConnectAsync(options, [filter], _end.Token);
                Interlocked.Increment(ref _connections);
                _subscribed.TrySetResult();
                await foreach (var message in subscriber.ReadAllAsync(_end.Token))
                {
                    Messages.Enqueue(message);
                }
            }
            catch (Exception) when (!_end.IsCancellationRequested)
            {
                await Task.Delay(50);
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }
}
