using System.Text.Json;
using ShiTu.EdgeAgent.GalleryUpdates;
using ShiTu.EdgeAgent.Mqtt;
using ShiTu.EdgeAgent.Tests.Mqtt;
using ShiTu.EdgeAgent.Tests.Outbox;
using ShiTu.Index.Gallery;
using ShiTu.TestKit.Brokers;
using Xunit;

namespace ShiTu.EdgeAgent.Tests.GalleryUpdates;

/// <summary>Updates and commands over a real broker.</summary>
public sealed class FleetTests : IDisposable
{
    private readonly OutboxFolder _folder = new();
    private readonly CancellationTokenSource _stop = new();
    private int _commands;

    public void Dispose()
    {
        _stop.Cancel();
        _stop.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task A_pushed_gallery_reaches_the_device_and_the_next_push_sends_only_what_changed()
    {
        await using var shop = new Shop();
        await using var broker = await MosquittoBroker.StartAsync();
        await using var traffic = await ReceivedTraffic.StartAsync(broker);
        await using var agent = new RunningAgent(_folder, RunningAgent.Options(broker.Address));
        var service = new UpdateService(shop.Updater, agent.Service, agent.Outbox, TimeProvider.System);
        var running = service.RunAsync(_stop.Token);
        var options = RunningAgent.Options(broker.Address);
        var items = ChunkTests.Items(400, Shop.Dimension).ToList();
        await GalleryPush.PushAsync(await shop.SignAsync(items, 1), options, all: false, null, _stop.Token);
        await ReceivedTraffic.UntilAsync(() => Receipts(traffic).Count > 0, "a receipt");
        Assert.True(Receipts(traffic).Single().GetProperty("accepted").GetBoolean(), Receipts(traffic).Single().GetRawText());
        Assert.Equal(400, shop.Gallery.ItemCount);
        var chunks = traffic.On("/chunks/").Count();
        items[5] = items[5] with { Label = "another" };
        await GalleryPush.PushAsync(await shop.SignAsync(items, 2), options, all: false, null, _stop.Token);
        await ReceivedTraffic.UntilAsync(() => Receipts(traffic).Count == 2, "the second receipt");
        await ReceivedTraffic.UntilAsync(() => traffic.On("/chunks/").Count() == chunks + 2, "one new chunk, one cleared");
        Assert.Equal("another", shop.Gallery.Items().Single(item => item.Id == "sku-5").Label);
        await ReceivedTraffic.UntilAsync(() => traffic.On("/till-3/gallery").Any(message => ReceivedTraffic.Json(message).GetProperty("generation").GetInt64() == 2), "the gallery's state");
        foreach (var message in traffic.Messages.Where(message => message.Topic.EndsWith("/desired/gallery", StringComparison.Ordinal)))
        {
            Schemas.Check("gallery-manifest", message.Payload);
        }

        await using (var watch = GalleryWatch.WatchAsync(options, _stop.Token).GetAsyncEnumerator(_stop.Token))
        {
            Assert.True(await watch.MoveNextAsync());
            Assert.Equal("till-3", watch.Current.Device);
        }

        await _stop.CancelAsync();
        await running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
    }

    [Fact]
    public async Task A_chunk_that_does_not_come_or_is_forged_is_refused_with_a_receipt_and_undeclared_ones_are_never_read()
    {
        await using var shop = new Shop();
        await using var broker = await MosquittoBroker.StartAsync();
        await using var traffic = await ReceivedTraffic.StartAsync(broker);
        await using var agent = new RunningAgent(_folder, RunningAgent.Options(broker.Address));
        var service = new UpdateService(shop.Updater, agent.Service, agent.Outbox, TimeProvider.System, TimeSpan.FromSeconds(2));
        var running = service.RunAsync(_stop.Token);
        var output = await shop.SignAsync(ChunkTests.Items(10, Shop.Dimension), 1);
        var document = SignedDocument.Read(Path.Combine(output, GallerySigning.ManifestFile));
        var chunk = GalleryManifest.Parse(document.Payload).Chunks.Single();
        await PublishAsync(broker, $"shitu/s1/chunks/{new string('a', 64)}", new byte[900_000], null, retain: true);
        await PublishAsync(broker, "shitu/s1/desired/gallery", document.Payload.ToArray(), document, retain: true);
        await ReceivedTraffic.UntilAsync(() => Receipts(traffic).Count == 1, "the receipt of a missing chunk");
        Assert.Equal("chunk", Receipts(traffic)[0].GetProperty("check").GetString());
        await PublishAsync(broker, $"shitu/s1/chunks/{chunk.Sha256}", new byte[chunk.Bytes], null, retain: true);
        await PublishAsync(broker, "shitu/s1/desired/gallery", document.Payload.ToArray(), document, retain: true);
        await Task.Delay(2500, _stop.Token);
        Assert.Equal(0, shop.Gallery.ItemCount);
        await PublishAsync(broker, $"shitu/s1/chunks/{chunk.Sha256}", await File.ReadAllBytesAsync(Path.Combine(output, "chunks", chunk.Sha256), _stop.Token), null, retain: true);
        await PublishAsync(broker, "shitu/s1/desired/gallery", document.Payload.ToArray(), document, retain: true);
        await ReceivedTraffic.UntilAsync(() => shop.Gallery.ItemCount == 10, "the gallery");
        await _stop.CancelAsync();
        await running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
    }

    [Fact]
    public async Task Commands_are_carried_out_once_and_only_the_owners()
    {
        await using var shop = new Shop();
        await shop.ApplyAsync(await shop.SignAsync(ChunkTests.Items(5, Shop.Dimension), 1));
        await shop.ApplyAsync(await shop.SignAsync(ChunkTests.Items(6, Shop.Dimension), 2));
        await using var broker = await MosquittoBroker.StartAsync();
        await using var traffic = await ReceivedTraffic.StartAsync(broker);
        await using var agent = new RunningAgent(_folder, RunningAgent.Options(broker.Address), made => Commands(shop, made));
        var good = Sign(shop, Make(shop, "gallery.state"));
        using var stranger = SigningKey.New();
        (string Name, SignedDocument Document, bool Retain, string? Check)[] cases =
        [
            ("gallery.state", good, false, null),
            ("gallery.state", good, false, "nonce"),
            ("gallery.state", Sign(shop, Make(shop, "gallery.state")), true, "schema"),
            ("gallery.state", Sign(shop, Make(shop, "gallery.state")) with { Signature = null }, false, "signature"),
            ("gallery.state", SignedDocument.Sign(Make(shop, "gallery.state").ToJson(), stranger), false, "key"),
            ("gallery.state", Sign(shop, Make(shop, "gallery.state") with { Target = "s1/till-4" }), false, "target"),
            ("gallery.state", Sign(shop, Make(shop, "gallery.state") with { Target = "s2/till-3" }), false, "target"),
            ("gallery.state", Sign(shop, Make(shop, "gallery.state") with { Expires = shop.Clock.GetUtcNow().AddSeconds(-1) }), false, "expiry"),
            ("gallery.state", Sign(shop, Make(shop, "gallery.state") with { Issued = shop.Clock.GetUtcNow().AddHours(1) }), false, "expiry"),
            ("gallery.state", Sign(shop, Make(shop, "gallery.state") with { Expires = shop.Clock.GetUtcNow().AddDays(400) }), false, "expiry"),
            ("gallery.rollback", Sign(shop, Make(shop, "gallery.state")), false, "schema"),
            ("format.disk", Sign(shop, Make(shop, "format.disk")), false, "schema"),
            ("gallery.state", SignedDocument.Sign("{\"command\":"u8.ToArray(), shop.Owner), false, "schema"),
            ("gallery.state", SignedDocument.Sign([0xFF, 0xFE, 0x00], shop.Owner), false, "schema"),
            ("gallery.state", SignedDocument.Sign(new byte[900_000], shop.Owner), false, "size"),
            ("item.remove", Sign(shop, Make(shop, "item.remove", "{\"item\":\"sku-1\"}")), false, "item"),
            ("gallery.rollback", Sign(shop, Make(shop, "gallery.rollback")), false, null),
        ];
        await ReceivedTraffic.UntilAsync(() => agent.Service.State.Connected, "a connection");
        for (var i = 0; i < cases.Length; i++)
        {
            var (name, document, retain, check) = cases[i];
            await PublishAsync(broker, $"shitu/s1/till-3/commands/{name}", document.Payload.ToArray(), document, retain);
            await ReceivedTraffic.UntilAsync(() => Receipts(traffic).Count == i + 1, $"receipt {i} ({check})");
            var receipt = Receipts(traffic)[i];
            Assert.Equal(check, receipt.TryGetProperty("check", out var found) ? found.GetString() : null);
            Assert.Equal(i == cases.Length - 1 ? 5 : 6, shop.Gallery.ItemCount);
            Schemas.Check("receipt", traffic.On("/receipts").ElementAt(i).Payload);
        }
    }

    [Fact]
    public async Task A_removed_local_item_gives_the_owners_item_that_it_had_hidden_back_at_once()
    {
        await using var shop = new Shop();
        await shop.ApplyAsync(await shop.SignAsync(ChunkTests.Items(200, Shop.Dimension), 1));
        var owners = shop.Gallery.Item("sku-3");
        shop.Gallery.Replace(new GalleryItem("sku-3", "vår egen", null, Local: true), [new GalleryView(HalfVector.Read(ChunkTests.View(777, Shop.Dimension).Vector), "", "enrolled")]);
        await using var broker = await MosquittoBroker.StartAsync();
        await using var traffic = await ReceivedTraffic.StartAsync(broker);
        await using var agent = new RunningAgent(_folder, RunningAgent.Options(broker.Address), made => Commands(shop, made));
        await ReceivedTraffic.UntilAsync(() => agent.Service.State.Connected, "a connection");
        var document = Sign(shop, Make(shop, "item.remove", "{\"item\":\"sku-3\"}"));
        await PublishAsync(broker, "shitu/s1/till-3/commands/item.remove", document.Payload.ToArray(), document, retain: false);
        await ReceivedTraffic.UntilAsync(() => Receipts(traffic).Count == 1, "the receipt");
        Assert.True(Receipts(traffic)[0].GetProperty("accepted").GetBoolean(), Receipts(traffic)[0].GetRawText());
        Assert.Contains("is back", Receipts(traffic)[0].GetProperty("text").GetString(), StringComparison.Ordinal);
        Assert.Equal(owners, shop.Gallery.Item("sku-3"));
        using var lease = shop.Index.Borrow();
        Assert.Equal((200, 0), (lease.Index.ItemCount, lease.Index.LocalItemCount));
    }

    [Fact]
    public async Task Ten_thousand_commands_at_once_are_answered_by_a_few_receipts_and_events_still_flow()
    {
        await using var shop = new Shop(new UpdateOptions { CommandsPerMinute = 20 });
        await using var broker = await MosquittoBroker.StartAsync();
        await using var traffic = await ReceivedTraffic.StartAsync(broker);
        await using var agent = new RunningAgent(_folder, RunningAgent.Options(broker.Address), made => Commands(shop, made));
        await ReceivedTraffic.UntilAsync(() => agent.Service.State.Connected, "a connection");
        var memory = Environment.WorkingSet;
        var flood = Enumerable.Range(0, 10_000).Select(i => new OutgoingMessage("shitu/s1/till-3/commands/gallery.state", new byte[64])).ToList();
        await PublishAsync(broker, flood);
        await PublishAsync(broker, [new OutgoingMessage("shitu/s1/till-3/commands/gallery.state", new byte[50 << 20]) { Acknowledged = false }]);
        OutboxStoreTests.Publish(agent.Outbox, 50);
        await ReceivedTraffic.UntilAsync(() => traffic.On("/events/").Count() >= 50, "events in a flood");
        await ReceivedTraffic.UntilAsync(() => Receipts(traffic).Any(receipt => receipt.GetProperty("check").GetString() == "busy"), "a receipt that says so");
        Assert.InRange(Receipts(traffic).Count, 1, 45);
        Assert.InRange(Environment.WorkingSet - memory, long.MinValue, 400L << 20);
    }

    private static List<JsonElement> Receipts(ReceivedTraffic traffic) => [.. traffic.On("/receipts").Select(ReceivedTraffic.Json)];

    private static SignedDocument Sign(Shop shop, Command command) => SignedDocument.Sign(command.ToJson(), shop.Owner);

    private static void Commands(Shop shop, RunningAgent agent)
    {
        var service = new CommandService(shop.Options, shop.Target, shop.Keys, shop.State, shop.Updater, agent.Service, agent.Outbox, shop.Clock);
        new GalleryCommands(shop.Updater, shop.Gallery, shop.Index, null).RegisterWith(service);
    }

    private static Task PublishAsync(MosquittoBroker broker, string topic, byte[] payload, SignedDocument? signed, bool retain) => PublishAsync(broker,
    [
        new OutgoingMessage(topic, payload)
        {
            Retain = retain,
            Properties = signed?.Signature is null ? [] : [CloudEvents.Property("kid", signed.KeyId!), CloudEvents.Property("sig", signed.Signature)],
        },
    ]);

    private static async Task PublishAsync(MosquittoBroker broker, IReadOnlyList<OutgoingMessage> messages)
    {
        var options = RunningAgent.Options(broker.Address) with { ClientId = "owner", AcknowledgeTimeout = TimeSpan.FromMinutes(2), SessionExpiry = TimeSpan.FromSeconds(1) };
        await using var session = await MqttSession.ConnectAsync(
            BrokerAddress.Parse(broker.Address), options, true, new OutgoingMessage("owner", ReadOnlyMemory<byte>.Empty), _ => Task.CompletedTask, CancellationToken.None);
        foreach (var some in messages.Chunk(16))
        {
            await Task.WhenAll(some.Select(message => session.PublishAsync(message, CancellationToken.None)));
        }

        await session.DisconnectAsync(CancellationToken.None);
    }

    private Command Make(Shop shop, string name, string args = "{}")
    {
        var now = shop.Clock.GetUtcNow();
        var id = $"c-{Interlocked.Increment(ref _commands)}";
        return new Command(name, id, "s1/till-3", now, now.AddMinutes(5), $"nonce-{id}", JsonElement.Parse(args));
    }
}
