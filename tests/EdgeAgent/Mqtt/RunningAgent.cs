using ShiTu.EdgeAgent.Mqtt;
using ShiTu.EdgeAgent.Outbox;
using ShiTu.EdgeAgent.Tests.Outbox;

namespace ShiTu.EdgeAgent.Tests.Mqtt;

/// <summary>Outbox and MQTT service as the agent runs them, with short waits.</summary>
internal sealed class RunningAgent : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _running;

    /// <summary>Starts one.</summary>
    /// <param name="folder">Its outbox.</param>
    /// <param name="options">Its link.</param>
    /// <param name="prepare">Adds who handles what comes, before it connects: connected means subscribed to that.</param>
    public RunningAgent(OutboxFolder folder, MqttOptions options, Action<RunningAgent>? prepare = null)
    {
        Outbox = folder.Open(window: options.InFlight);
        Service = new MqttService(options, Outbox, new DeviceIdentity("boot-1", "0.1.0", DateTimeOffset.UnixEpoch), TimeProvider.System);
        prepare?.Invoke(this);
        _running = Service.RunAsync(_stop.Token);
    }

    public OutboxStore Outbox { get; }

    public MqttService Service { get; }

    public static MqttOptions Options(params string[] brokers) => new()
    {
        Site = "s1",
        Device = "till-3",
        Brokers = brokers,
        EventsPerSecond = 0,
        BackoffMin = TimeSpan.FromMilliseconds(50),
        BackoffMax = TimeSpan.FromMilliseconds(400),
        ConnectTimeout = TimeSpan.FromSeconds(3),
        AcknowledgeTimeout = TimeSpan.FromSeconds(3),
    };

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running;
        await Outbox.DisposeAsync();
        _stop.Dispose();
    }
}
