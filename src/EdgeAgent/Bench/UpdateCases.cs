using System.Diagnostics;
using ShiTu.EdgeAgent.Cli;
using ShiTu.EdgeAgent.GalleryUpdates;
using ShiTu.EdgeAgent.Mqtt;
using ShiTu.Index.Generations;

namespace ShiTu.EdgeAgent.Bench;

/// <summary>Signed galleries from the owner's push to a searchable index, over a broker in another process: a new one, one changed item of a large one, and a fleet.</summary>
internal sealed class UpdateCases
{
    private const int Dimension = 512;
    private const string Model = "bench@00000000";
    private const int Devices = 200;
    private const int FleetItems = 1_000;
    private const int Changes = 5;
    private static readonly TimeSpan GraphPatience = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);
    private readonly string _folder;
    private readonly BenchBroker _broker;
    private readonly CancellationToken _cancellation;
    private readonly SigningKey _owner = SigningKey.New();
    private readonly TrustedKeys _keys;

    /// <summary>Makes a key pair for the owner.</summary>
    public UpdateCases(string folder, BenchBroker broker, CancellationToken cancellation)
    {
        _folder = folder;
        _broker = broker;
        _cancellation = cancellation;
        var key = Path.Combine(folder, $"owner-{Guid.NewGuid():N}.key");
        _owner.Save(key);
        _keys = new TrustedKeys([TrustedKeys.ReadKey(key + SigningKey.PublicEnding)], TimeProvider.System);
    }

    /// <summary>A signed gallery from push to searchable.</summary>
    public async Task<List<BenchCase>> NewGalleryAsync(int count)
    {
        var device = await OpenAsync("new", [.. Items(1)], new IndexOptions()).ConfigureAwait(false);
        await using (device.ConfigureAwait(false))
        {
            var items = Items(count).ToList();
            var (seconds, _) = await PushAsync(device, "new", items, items[^1]).ConfigureAwait(false);
            return [new BenchCase { Case = $"signed gallery of {count} items, push to searchable", N = count, Value = Math.Round(seconds, 2), Unit = "s" }];
        }
    }

    /// <summary>One changed item of a large gallery, from push to searchable, and what travels for it.</summary>
    public async Task<List<BenchCase>> OneItemAsync(int count)
    {
        var items = Items(count).ToList();
        var device = await OpenAsync("one", items, new IndexOptions()).ConfigureAwait(false);
        await using (device.ConfigureAwait(false))
        {
            await GraphAsync(device).ConfigureAwait(false);
            var random = new Random(3);
            var vectors = BenchGallery.Queries(Dimension, count, Changes);
            var times = new double[Changes];
            var bytes = 0L;
            for (var change = 0; change < Changes; change++)
            {
                var at = random.Next(count);
                items[at] = items[at] with { Label = $"changed {change}", Views = [new ChunkView(HalfVector.Write(vectors.AsSpan(change * Dimension, Dimension)), null)] };
                (var seconds, bytes) = await PushAsync(device, "one", items, items[at]).ConfigureAwait(false);
                times[change] = seconds * 1000;
            }

            Array.Sort(times);
            return
            [
                new BenchCase { Case = $"one changed item of {count}, push to searchable" }.WithTimes(times),
                new BenchCase { Case = $"one changed item of {count}, manifest and chunk that travel", N = count, Value = bytes, Unit = "bytes" },
            ];
        }
    }

    /// <summary>A fleet taking one gallery from one broker.</summary>
    public async Task<List<BenchCase>> FleetAsync()
    {
        var devices = new List<BenchDevice>();
        try
        {
            for (var i = 0; i < Devices; i++)
            {
                devices.Add(Open("fleet", $"till-{i}", new IndexOptions()));
            }

            await UntilAsync(() => devices.All(device => device.Mqtt.State.Connected)).ConfigureAwait(false);
            var output = await SignAsync("fleet", [.. Items(FleetItems)]).ConfigureAwait(false);
            var start = Stopwatch.GetTimestamp();
            await GalleryPush.PushAsync(output, Options("fleet", "owner"), all: true, null, _cancellation).ConfigureAwait(false);
            var open = new Queue<BenchDevice>(devices);
            await UntilAsync(() =>
            {
                while (open.TryPeek(out var device) && device.HasAnswered)
                {
                    open.Dequeue();
                }

                return open.Count == 0;
            }).ConfigureAwait(false);
            var seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
            var memory = Environment.WorkingSet / (1024.0 * 1024);
            return
            [
                new BenchCase { Case = $"{Devices} devices take one gallery of {FleetItems} items, push to last receipt", N = devices.Count(device => device.Gallery.ItemCount == FleetItems), Value = Math.Round(seconds, 1), Unit = "s" },
                new BenchCase { Case = $"memory of the process that is {Devices} devices", N = Devices, Value = Math.Round(memory), Unit = "MiB" },
            ];
        }
        finally
        {
            foreach (var device in devices)
            {
                await device.DisposeAsync().ConfigureAwait(false);
            }
        }
    }

    private static IEnumerable<ChunkItem> Items(int count) => BenchGallery.Items(Dimension, count)
        .Select(item => new ChunkItem(item.Item.Id, item.Item.Label, null, [new ChunkView(HalfVector.Write(item.Views[0].Vector), null)]));

    private MqttOptions Options(string site, string device) => new() { Site = site, Device = device, Brokers = [_broker.Address] };

    private BenchDevice Open(string site, string device, IndexOptions index) => new(Path.Combine(_folder, site, device), Options(site, device), Model, Dimension, _keys, index);

    // A device of a site that has a gallery already.
    private async Task<BenchDevice> OpenAsync(string site, List<ChunkItem> items, IndexOptions index)
    {
        var device = Open(site, "till", index);
        await UntilAsync(() => device.Mqtt.State.Connected).ConfigureAwait(false);
        await PushAsync(device, site, items, items[^1]).ConfigureAwait(false);
        return device;
    }

    private Task<GalleryManifest> SignedAsync(string site, List<ChunkItem> items) => GallerySigning.SignAsync(
        items, new SigningRequest { Site = site, Model = Model, Dimension = Dimension }, _owner, Path.Combine(_folder, $"{site}-out"), TimeProvider.System, _cancellation);

    private async Task<string> SignAsync(string site, List<ChunkItem> items)
    {
        await SignedAsync(site, items).ConfigureAwait(false);
        return Path.Combine(_folder, $"{site}-out");
    }

    private async Task<(double Seconds, long Bytes)> PushAsync(BenchDevice device, string site, List<ChunkItem> items, ChunkItem marked)
    {
        var output = Path.Combine(_folder, $"{site}-out");
        var before = Directory.Exists(Path.Combine(output, "chunks")) ? Directory.GetFiles(Path.Combine(output, "chunks")).ToHashSet(StringComparer.Ordinal) : [];
        await SignedAsync(site, items).ConfigureAwait(false);
        var bytes = new FileInfo(Path.Combine(output, GallerySigning.ManifestFile)).Length +
            Directory.GetFiles(Path.Combine(output, "chunks")).Where(file => !before.Contains(file)).Sum(file => new FileInfo(file).Length);
        var vector = HalfVector.Read(marked.Views[0].Vector);
        var present = device.Generation;
        var start = Stopwatch.GetTimestamp();
        var pushing = GalleryPush.PushAsync(output, Options(site, "owner"), all: false, null, _cancellation);
        await UntilAsync(() => device.Generation != present && device.Nearest(vector) == marked.Label).ConfigureAwait(false);
        var seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        await pushing.ConfigureAwait(false);
        return (seconds, bytes);
    }

    // As on a device that has been running for a while: the graph is there.
    private async Task GraphAsync(BenchDevice device)
    {
        var start = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(start) < GraphPatience && device.Index.GraphFault is null)
        {
            using (var lease = device.Index.Borrow())
            {
                if (lease.Index.Kind == "hnsw")
                {
                    return;
                }
            }

            await Task.Delay(200, _cancellation).ConfigureAwait(false);
        }
    }

    private async Task UntilAsync(Func<bool> condition)
    {
        for (var start = Stopwatch.GetTimestamp(); !condition(); await Task.Delay(1, _cancellation).ConfigureAwait(false))
        {
            if (Stopwatch.GetElapsedTime(start) > Patience)
            {
                throw new CommandFailure(ExitCode.Failed, $"A device did not take its gallery within {Patience.TotalMinutes:0} minutes.");
            }
        }
    }
}
