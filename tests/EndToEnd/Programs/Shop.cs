using System.Text.Json;
using ShiTu.EndToEnd.Tests.Brokers;
using ShiTu.TestKit.Brokers;
using SkiaSharp;
using Xunit;

namespace ShiTu.EndToEnd.Tests.Programs;

/// <summary>An owner with a key, a gallery and a broker, and a till that trusts the key: everything by the command line.</summary>
internal sealed class Shop : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private Shop(MosquittoBroker broker, BrokerListener listener, string configuration, Workplace place)
    {
        Broker = broker;
        Listener = listener;
        Configuration = configuration;
        Place = place;
    }

    public MosquittoBroker Broker { get; }

    /// <summary>Everything that the till publishes.</summary>
    public BrokerListener Listener { get; }

    public string Configuration { get; }

    public Workplace Place { get; }

    public string Key => Place.At("owner.key");

    public string RootKey => Place.At("root.key");

    /// <summary>The head office's gallery file.</summary>
    public string Gallery => Place.At("shop.db");

    public string State => Place.At("state");

    public static async Task<Shop> OpenAsync(CancellationToken cancellation)
    {
        var place = new Workplace();
        var broker = await MosquittoBroker.StartAsync();
        var listener = await BrokerListener.ConnectAsync(broker.Port, "shitu/shop/till/+", cancellation);
        var shop = new Shop(broker, listener, place.Configure(broker.Port, ("belt", "synthetic:320x240@2")), place);
        await shop.RunAsync(0, "keys", "new", shop.Key);
        await shop.RunAsync(0, "keys", "new", shop.RootKey);
        await shop.RunAsync(0, "gallery", "build", place.Write("list.txt", $"{place.Draw("red.png", SKColors.Red)}\tred", $"{place.Draw("blue.png", SKColors.Blue)}\tblue"), "-g", shop.Gallery, "--crop", "whole");
        return shop;
    }

    /// <summary>Starts the till's service, with further settings, and waits until it is on the broker.</summary>
    public async Task<RunningProgram> StartTillAsync(CancellationToken cancellation, params IEnumerable<string> settings)
    {
        var start = System.Diagnostics.Stopwatch.GetTimestamp();
        var till = PublishedAgent.Start([
            "run", "--config", Configuration, "--set", "cameras.0.realtime=true", "--set", $"updates.trusted_keys.0={Key}.pub", "--set", $"updates.root_key={RootKey}.pub", "--set", "mqtt.pictures=true", "--set", "mqtt.backoff_max=1s", .. settings.SelectMany(setting => new[] { "--set", setting })]);
        await Listener.WaitAsync((topic, payload) => topic.EndsWith("/status", StringComparison.Ordinal) && payload.GetProperty("state").GetString() == "online", start, Patience, cancellation);
        return till;
    }

    /// <summary>Stops the till in an orderly way.</summary>
    public static async Task StopAsync(RunningProgram till, CancellationToken cancellation)
    {
        till.Signal("TERM");
        Assert.Equal(0, await till.ExitAsync(TimeSpan.FromSeconds(30), cancellation));
    }

    /// <summary>Signs the head office's gallery into the folder <c>out</c> and pushes it.</summary>
    /// <param name="key">Signs; the owner's without one.</param>
    /// <param name="options">Further options of <c>sign</c>.</param>
    public async Task PushAsync(string? key = null, params IEnumerable<string> options)
    {
        await RunAsync(0, ["gallery", "sign", Gallery, "-o", Place.At("out"), "--site", "shop", "--key", key ?? Key, .. options]);
        await RunAsync(0, "gallery", "push", Place.At("out"), "--broker", Broker.Address);
    }

    /// <summary>Runs a verb of the command line.</summary>
    /// <returns>What it printed.</returns>
    public async Task<(string Output, string Errors)> RunAsync(int exitCode, params IEnumerable<string> arguments)
    {
        var (code, output, errors) = await PublishedAgent.RunAsync(arguments);
        Assert.True(code == exitCode, $"{string.Join(' ', arguments)}: exit code {code}, expected {exitCode}.\n{output}\n{errors}");
        Assert.DoesNotContain("   at ", errors, StringComparison.Ordinal);
        return (output, errors);
    }

    /// <summary>Sends a command of the owner's to the till.</summary>
    public Task<(string Output, string Errors)> CommandAsync(int exitCode, params IEnumerable<string> nameAndArguments) => CommandAsync(Key, exitCode, nameAndArguments);

    /// <summary>Sends a command to the till, signed with a key.</summary>
    public Task<(string Output, string Errors)> CommandAsync(string key, int exitCode, IEnumerable<string> nameAndArguments) =>
        RunAsync(exitCode, ["command", "till", .. nameAndArguments, "--key", key, "--site", "shop", "--broker", Broker.Address, "--json"]);

    /// <summary>Waits for a receipt that came after <paramref name="after"/>.</summary>
    public Task ReceiptAsync(Func<JsonElement, bool> wanted, long after, CancellationToken cancellation) =>
        Listener.WaitAsync((topic, payload) => topic.EndsWith("/receipts", StringComparison.Ordinal) && wanted(payload), after, Patience, cancellation);

    /// <summary>Waits until the retained state of the gallery is as wanted.</summary>
    public Task GalleryAsync(Func<JsonElement, bool> wanted, long after, CancellationToken cancellation) =>
        Listener.WaitAsync((topic, payload) => topic.EndsWith("/till/gallery", StringComparison.Ordinal) && wanted(payload), after, Patience, cancellation);

    /// <summary>The gallery's newest published state.</summary>
    public JsonElement Published() => Listener.Messages.Last(message => message.Topic.EndsWith("/till/gallery", StringComparison.Ordinal)).Payload;

    /// <summary>Items of the till's own gallery, in order of id.</summary>
    public async Task<IReadOnlyList<string>> ItemsAsync() =>
        [.. (await RunAsync(0, "gallery", "list", "--config", Configuration)).Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split('\t')[0])];

    public async ValueTask DisposeAsync()
    {
        await Listener.DisposeAsync();
        await Broker.DisposeAsync();
        Place.Dispose();
    }
}
