using System.Diagnostics;
using Microsoft.Extensions.Time.Testing;
using ShiTu.EdgeAgent.Mqtt;
using ShiTu.EdgeAgent.Outbox;
using ShiTu.EdgeAgent.Tests.Events;
using ShiTu.EdgeAgent.Tests.Mqtt;
using ShiTu.EdgeAgent.Tests.Outbox;
using ShiTu.TestKit.Disks;
using Xunit;

namespace ShiTu.EdgeAgent.Tests.Day;

/// <summary>A shop's day on a clock that is moved by hand: four cameras, a broker with moods, a disk with faults, a process that restarts. Outbox, sender and session are the agent's own.</summary>
public sealed class SimulatedDayTests
{
    private const int Cameras = 4;

    // Already the first hour of it has every mood, two restarts and a replay, and the broker is away for long enough that something is dropped.
    private const int Seed = 20264591;
    private const long Megabyte = 1 << 20;
    private static readonly TimeSpan Step = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LongestBackOff = TimeSpan.FromSeconds(30);

    [Fact]
    public Task An_hour_with_random_faults_accounts_for_every_event() => FaultyDisk.RunAsync(typeof(SimulatedDayTests), nameof(With_random_faults));

    [Fact]
    [Trait("Speed", "slow")]
    public Task A_day_with_random_faults_accounts_for_every_event_and_holds_on_to_nothing() => FaultyDisk.RunAsync(typeof(SimulatedDayTests), nameof(With_random_faults), thorough: true);

    [Fact(Explicit = true)]
    public async Task With_random_faults()
    {
        var hours = FaultyDisk.IsThorough ? 24 : 1;
        await using var day = new Run();
        var started = Stopwatch.GetTimestamp();
        await day.LiveAsync(TimeSpan.FromHours(hours));
        await day.EndAsync();
        TestContext.Current.TestOutputHelper?.WriteLine($"{hours} h in {Stopwatch.GetElapsedTime(started).TotalSeconds:0} s: {day}");
        Assert.Empty(day.Ledger.Wrong);
        Assert.Empty(day.Ledger.Unaccounted(day.Produced));
        Assert.Equal(day.Produced, day.Ledger.Events + day.Ledger.Gapped.Values.Sum());
        Assert.True(day.Ledger.Events > day.Produced / 2, $"Only {day.Ledger.Events} of {day.Produced} events came.");
        Assert.All(Enum.GetValues<Mood>(), mood => Assert.True(day.Faults.GetValueOrDefault(mood.ToString()) > 0, $"It never was {mood}."));
        Assert.True(day.Reconnects > 0, "It never connected anew.");
        if (hours < 24)
        {
            return;
        }

        Assert.Contains("queue_full", day.Ledger.Gapped.Keys);
        Assert.Contains("bytes", day.Ledger.Gapped.Keys);
        Assert.Contains("age", day.Ledger.Gapped.Keys);
        Assert.True(day.Ledger.Duplicates > 0, "Nothing came twice: no acknowledgement was ever lost.");
        Assert.True(day.Samples.Count >= 16, $"{day.Samples.Count} samples");

        // The first quarter is the warming up; what is compared are the middles of the next and the last.
        var (early, late) = (Middle(day.Samples.Skip(day.Samples.Count / 4).Take(day.Samples.Count / 4)), Middle(day.Samples.TakeLast(day.Samples.Count / 4)));
        Assert.InRange(late.Managed - early.Managed, long.MinValue, Megabyte);
        Assert.InRange(late.Resident - early.Resident, long.MinValue, 24 * Megabyte);
        Assert.InRange(late.Threads - early.Threads, int.MinValue, 4);
        Assert.InRange(late.Handles - early.Handles, int.MinValue, 4);
    }

    private static DaySample Middle(IEnumerable<DaySample> samples)
    {
        var all = samples.ToList();
        return new(Of(sample => sample.Managed), Of(sample => sample.Resident), (int)Of(sample => sample.Threads), (int)Of(sample => sample.Handles));

        long Of(Func<DaySample, long> figure) => all.Select(figure).Order().ElementAt(all.Count / 2);
    }

    private sealed class Run : IAsyncDisposable
    {
        private readonly FakeTimeProvider _clock = OutboxFolder.Clock();
        private readonly OutboxFolder _folder = new();
        private readonly LinkPace _pace;

        // One for each thing that is left to chance: how often one is asked depends on this machine's speed, and must not change what the others say.
        private readonly Random _objects = new(Seed);
        private readonly Random _moods = new(Seed + 1);
        private readonly Random _disk = new(Seed + 2);
        private readonly Random _restarts = new(Seed + 3);
        private readonly Random _replays = new(Seed + 4);
        private readonly MoodyBroker _broker;
        private readonly long[] _numbers = new long[Cameras];
        private CancellationTokenSource _stop = new();
        private OutboxStore _outbox = null!;
        private MqttService _service = null!;
        private Task _running = Task.CompletedTask;
        private DateTimeOffset _moodUntil;
        private long _diskGoodAt;
        private int _starts;
        private long _reconnectsBefore;

        public Run()
        {
            _pace = new LinkPace(_clock, LongestBackOff);
            _broker = new MoodyBroker(Ledger);
            _moodUntil = _clock.GetUtcNow();
        }

        public DayLedger Ledger { get; } = new(600_000);

        public Dictionary<string, int> Faults { get; } = new(StringComparer.Ordinal);

        public List<DaySample> Samples { get; } = [];

        public long Produced => _numbers.Sum();

        public long Reconnects => _reconnectsBefore + _service.State.Reconnects;

        public async Task LiveAsync(TimeSpan time)
        {
            await SetAsync(Mood.Good, TimeSpan.FromMinutes(5));
            Open();
            var (end, sampleAt) = (_clock.GetUtcNow() + time, _clock.GetUtcNow());
            while (_clock.GetUtcNow() < end)
            {
                await ProduceAsync();
                await ChanceAsync();
                _clock.Advance(Step);
                await BreatheAsync();
                if (_clock.GetUtcNow() >= sampleAt && await TrySampleAsync())
                {
                    sampleAt = _clock.GetUtcNow() + TimeSpan.FromHours(1);
                }
            }
        }

        public async Task EndAsync()
        {
            FaultyDisk.Disarm();
            await SetAsync(Mood.Good, TimeSpan.FromDays(1));
            await UntilAsync(() => _outbox.Status is { Pending: 0, Queued: 0, Degraded: null } status && status.LastSeq >= Produced);
            Assert.Equal(Produced, _outbox.Status.LastSeq);
        }

        public async ValueTask DisposeAsync()
        {
            await CloseAsync();
            await _broker.DisposeAsync();
            _stop.Dispose();
            _folder.Dispose();
        }

        public override string ToString() =>
            $"{Produced} events produced, {Ledger.Events} received, {Ledger.Duplicates} of them again, dropped {string.Join(", ", Ledger.Gapped.Select(gap => $"{gap.Value} ({gap.Key})"))}; " +
            $"faults: {string.Join(", ", Faults.OrderBy(fault => fault.Key).Select(fault => $"{fault.Key} {fault.Value}"))}; {Reconnects} connections anew, {_broker.Refused} refused or unacknowledged; " +
            $"memory {string.Join(' ', Samples.Select(sample => $"{sample.Managed / 1024.0 / 1024:0.0}"))} MiB, threads {string.Join(' ', Samples.Select(sample => sample.Threads))}, " +
            $"handles {string.Join(' ', Samples.Select(sample => sample.Handles))}, resident {string.Join(' ', Samples.Select(sample => sample.Resident / Megabyte))} MiB";

        private void Open()
        {
            // Caps as small as a day's faults need them to drop something: now bytes, now age.
            var options = _starts++ % 2 == 0
                ? new OutboxOptions { MaxBytes = Megabyte, QueueLength = 256, ReplayBytes = Megabyte, ReplayWindow = TimeSpan.FromHours(1) }
                : new OutboxOptions { MaxAge = TimeSpan.FromMinutes(8), QueueLength = 256, ReplayBytes = Megabyte, ReplayWindow = TimeSpan.FromHours(1) };
            _outbox = _folder.Open(options, time: _clock);
            _service = new MqttService(
                RunningAgent.Options(_broker.Address) with { BackoffMin = TimeSpan.FromSeconds(1), BackoffMax = LongestBackOff, ConnectTimeout = TimeSpan.FromSeconds(2) },
                _outbox, new DeviceIdentity($"boot-{_starts}", "0.1.0", _clock.GetUtcNow()), _clock);
            _stop.Dispose();
            _stop = new CancellationTokenSource();
            _running = _service.RunAsync(_stop.Token);
        }

        private async Task CloseAsync()
        {
            await _stop.CancelAsync();
            await WhileTimeGoesAsync(_running);
            await WhileTimeGoesAsync(_outbox.DisposeAsync().AsTask());
            _reconnectsBefore += _service.State.Reconnects;
        }

        // An object a camera and three seconds or so; each gives up to three events.
        private Task ProduceAsync()
        {
            var plan = Enumerable.Range(0, Cameras).Select(_ => _objects.Next(0, 11)).ToList();
            return WhileTimeGoesAsync(Task.Factory.StartNew(
                () =>
                {
                    for (var camera = 0; camera < Cameras; camera++)
                    {
                        for (var i = 0; i < plan[camera]; i++)
                        {
                            _outbox.Publish(SampleEvents.Confirmed($"cam-{camera}") with { Object = $"cam-{camera}-{++_numbers[camera]}", Time = _clock.GetUtcNow() });
                        }
                    }
                },
                CancellationToken.None, TaskCreationOptions.None, TaskScheduler.Default));
        }

        // A producer that finds the queue full waits on the clock that only this loop moves.
        private async Task WhileTimeGoesAsync(Task work)
        {
            while (await Task.WhenAny(work, Task.Delay(20)) != work)
            {
                Mend();
                _clock.Advance(TimeSpan.FromMilliseconds(250));
            }

            await work;
        }

        private async Task ChanceAsync()
        {
            Mend();
            if (_clock.GetUtcNow() >= _moodUntil)
            {
                await UntilNoticedAsync();
                var moods = Enum.GetValues<Mood>();
                var mood = _broker.Mood == Mood.Good ? moods[_moods.Next(1, moods.Length)] : Mood.Good;
                await SetAsync(mood, TimeSpan.FromMinutes(mood switch { Mood.Away => _moods.Next(1, 30), Mood.Good => _moods.Next(2, 12), _ => _moods.Next(1, 5) }));
            }

            if (_disk.Next(180) == 0 && _diskGoodAt == 0)
            {
                var (fault, lasting) = ((DiskFault)_disk.Next(3), _disk.Next(2) == 0);
                FaultyDisk.Arm(_folder.File, _disk.Next(1, 30), fault, lasting);
                _diskGoodAt = Stopwatch.GetTimestamp() + (Stopwatch.Frequency * _disk.Next(100, 900) / 1000);
                Count($"disk {fault}{(lasting ? " lasting" : "")}");
            }

            if (_restarts.Next(720) == 0 && _diskGoodAt == 0)
            {
                await CloseAsync();
                Open();
                Count("restart");
            }

            if (_replays.Next(1440) == 0)
            {
                Count("replay");
                await WhileTimeGoesAsync(_outbox.ReplayAsync(0, _clock.GetUtcNow() - TimeSpan.FromMinutes(20)));
            }
        }

        // A full broker stays full for longer than what is on its way: one that refuses an event and takes the next cannot have them in order.
        private async Task UntilNoticedAsync()
        {
            for (var seen = -1L; _broker.Mood == Mood.Full && seen != _broker.Refused; await Task.Delay(300))
            {
                seen = _broker.Refused;
            }
        }

        private void Mend()
        {
            if (_diskGoodAt != 0 && Stopwatch.GetTimestamp() > _diskGoodAt)
            {
                FaultyDisk.Disarm();
                _diskGoodAt = 0;
            }
        }

        private async Task SetAsync(Mood mood, TimeSpan time)
        {
            await _broker.SetAsync(mood);
            _moodUntil = _clock.GetUtcNow() + time;
            Count(mood.ToString());
        }

        private void Count(string fault) => Faults[fault] = Faults.GetValueOrDefault(fault) + 1;

        // What a broker takes is with it before the clock goes on; one that takes nothing gets a moment in which that is felt.
        private async Task BreatheAsync()
        {
            var patience = Stopwatch.GetTimestamp();
            await Task.Yield();
            if (_broker.Mood is Mood.Good or Mood.Slow or Mood.Cutting or Mood.Forgetting)
            {
                await UntilAsync(() => _outbox.Status is var status && (status.Degraded is not null || (status.Pending <= 200 && _service.State.Connected)));
            }

            while (_broker.Mood is Mood.Full or Mood.RefusesConnections && _outbox.Status is { Degraded: null, Pending: > 200 } && Stopwatch.GetElapsedTime(patience) < TimeSpan.FromMilliseconds(40))
            {
                await Task.Delay(2);
            }
        }

        private Task UntilAsync(Func<bool> done) => _pace.UntilAsync(done, () => _service.State, () => _outbox.Status, Mend);

        private async Task<bool> TrySampleAsync()
        {
            if (_broker.Mood != Mood.Good || _diskGoodAt != 0)
            {
                return false;
            }

            await UntilAsync(() => _outbox.Status.Pending == 0 && _service.State.Connected);
            Samples.Add(DaySample.Take());
            return true;
        }
    }
}
