using System.Text.Json;
using ShiTu.EdgeAgent.GalleryUpdates;
using ShiTu.EdgeAgent.Mqtt;
using ShiTu.EdgeAgent.Tests.Mqtt;
using ShiTu.EdgeAgent.Tests.Outbox;
using ShiTu.TestKit.Brokers;
using Xunit;

namespace ShiTu.EdgeAgent.Tests.GalleryUpdates;

/// <summary>What somebody who may publish on the broker, but holds no key, can do: nothing that lasts.</summary>
public sealed class BrokerAttackTests : IDisposable
{
    private readonly OutboxFolder _folder = new();
    private readonly CancellationTokenSource _stop = new();

    public void Dispose()
    {
        _stop.Cancel();
        _stop.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task Forged_and_replayed_manifests_do_not_disturb_an_update_that_is_under_way()
    {
        await using var shop = new Shop();
        var old = SignedDocument.Read(Path.Combine(await shop.SignAsync(ChunkTests.Items(3, Shop.Dimension), 1), GallerySigning.ManifestFile));
        var folder = await shop.SignAsync(ChunkTests.Items(400, Shop.Dimension), 2);
        var document = SignedDocument.Read(Path.Combine(folder, GallerySigning.ManifestFile));
        var chunks = GalleryManifest.Parse(document.Payload).Chunks;
        await using var broker = await MosquittoBroker.StartAsync();
        await using var traffic = await ReceivedTraffic.StartAsync(broker);
        await using var agent = new RunningAgent(_folder, RunningAgent.Options(broker.Address));
        var running = new UpdateService(shop.Updater, agent.Service, agent.Outbox, TimeProvider.System).RunAsync(_stop.Token);
        await using var owner = await OwnerSession.ConnectAsync(RunningAgent.Options(broker.Address), _stop.Token);
        await ReceivedTraffic.UntilAsync(() => agent.Service.State.Connected, "a connection");
        await owner.PublishAsync(agent.Service.Topics.DesiredGallery, document, retain: true, TimeSpan.Zero, _stop.Token);
        await ReceivedTraffic.UntilAsync(() => shop.State.Taken == 2, "the manifest is taken");
        using var stranger = SigningKey.New();
        await owner.PublishAsync(agent.Service.Topics.DesiredGallery, SignedDocument.Sign(document.Payload.ToArray(), stranger), retain: true, TimeSpan.Zero, _stop.Token);
        await owner.PublishAsync(agent.Service.Topics.DesiredGallery, old, retain: true, TimeSpan.Zero, _stop.Token);
        await ReceivedTraffic.UntilAsync(() => Checks(traffic).Count == 2, "two refusals");
        Assert.Equal(["key", "generation"], Checks(traffic));
        // The chunks come only now: without the first manifest's subscriptions they would not be taken.
        foreach (var chunk in chunks)
        {
            await owner.PublishAsync(new OutgoingMessage(agent.Service.Topics.Chunk(chunk.Sha256), await File.ReadAllBytesAsync(Path.Combine(folder, "chunks", chunk.Sha256), _stop.Token)) { Retain = true }, _stop.Token);
        }

        await ReceivedTraffic.UntilAsync(() => shop.Gallery.ItemCount == 400, "the gallery of the owner's manifest");
        await EndAsync(running);
    }

    [Fact]
    [Trait("Speed", "slow")]
    public async Task Ten_thousand_forged_manifests_are_answered_by_a_few_receipts_and_the_owners_is_still_taken()
    {
        await using var shop = new Shop();
        var folder = await shop.SignAsync(ChunkTests.Items(5, Shop.Dimension), 1);
        await using var broker = await MosquittoBroker.StartAsync();
        await using var traffic = await ReceivedTraffic.StartAsync(broker, "shitu/s1/till-3/#");
        await using var agent = new RunningAgent(_folder, RunningAgent.Options(broker.Address));
        var running = new UpdateService(shop.Updater, agent.Service, agent.Outbox, TimeProvider.System).RunAsync(_stop.Token);
        await ReceivedTraffic.UntilAsync(() => agent.Service.State.Connected, "a connection");
        await using (var attacker = await OwnerSession.ConnectAsync(RunningAgent.Options(broker.Address) with { AcknowledgeTimeout = TimeSpan.FromMinutes(2) }, _stop.Token))
        {
            var forged = Enumerable.Range(0, 10_000).Select(i => new OutgoingMessage(agent.Service.Topics.DesiredGallery, BitConverter.GetBytes(i))
            {
                Properties = [CloudEvents.Property("kid", shop.Owner.Id), CloudEvents.Property("sig", Convert.ToBase64String(BitConverter.GetBytes(i)))],
            });
            foreach (var some in forged.Chunk(16))
            {
                await Task.WhenAll(some.Select(message => attacker.PublishAsync(message, _stop.Token)));
            }
        }

        await GalleryPush.PushAsync(folder, RunningAgent.Options(broker.Address), all: true, null, _stop.Token);
        await ReceivedTraffic.UntilAsync(() => shop.Gallery.ItemCount == 5, "the owner's gallery");
        Assert.InRange(Checks(traffic).Count, 1, 250);
        Assert.Contains("busy", Checks(traffic));
        await EndAsync(running);
    }

    [Fact]
    public async Task A_manifest_of_fifty_megabytes_ends_the_connection_and_nothing_else()
    {
        await using var shop = new Shop();
        await using var broker = await MosquittoBroker.StartAsync();
        await using var agent = new RunningAgent(_folder, RunningAgent.Options(broker.Address));
        var running = new UpdateService(shop.Updater, agent.Service, agent.Outbox, TimeProvider.System).RunAsync(_stop.Token);
        await ReceivedTraffic.UntilAsync(() => agent.Service.State.Connected, "a connection");
        var memory = Environment.WorkingSet;
        await using (var attacker = await OwnerSession.ConnectAsync(RunningAgent.Options(broker.Address) with { AcknowledgeTimeout = TimeSpan.FromMinutes(1) }, _stop.Token))
        {
            await attacker.PublishAsync(new OutgoingMessage(agent.Service.Topics.DesiredGallery, new byte[50 << 20]) { Retain = true }, _stop.Token);
            await attacker.PublishAsync(new OutgoingMessage(agent.Service.Topics.DesiredGallery, ReadOnlyMemory<byte>.Empty) { Retain = true }, _stop.Token);
        }

        await GalleryPush.PushAsync(await shop.SignAsync(ChunkTests.Items(5, Shop.Dimension), 1), RunningAgent.Options(broker.Address), all: true, null, _stop.Token);
        await ReceivedTraffic.UntilAsync(() => shop.Gallery.ItemCount == 5, "the owner's gallery");
        // The sender's own buffers are in this process too.
        Assert.InRange(Environment.WorkingSet - memory, long.MinValue, 300L << 20);
        await EndAsync(running);
    }

    [Fact]
    [Trait("Speed", "slow")]
    public async Task Ten_thousand_signed_commands_in_a_moment_are_carried_out_up_to_the_cap()
    {
        await using var shop = new Shop(new UpdateOptions { CommandsPerMinute = 30 });
        await using var broker = await MosquittoBroker.StartAsync();
        await using var traffic = await ReceivedTraffic.StartAsync(broker, "shitu/s1/till-3/receipts");
        await using var agent = new RunningAgent(_folder, RunningAgent.Options(broker.Address), made => Commands(shop, made, null));
        await ReceivedTraffic.UntilAsync(() => agent.Service.State.Connected, "a connection");
        var signed = Enumerable.Range(0, 10_000).Select(i => Signed(shop, i, "gallery.state", "{}")).ToList();
        await using (var owner = await OwnerSession.ConnectAsync(RunningAgent.Options(broker.Address) with { AcknowledgeTimeout = TimeSpan.FromMinutes(2) }, _stop.Token))
        {
            foreach (var some in signed.Chunk(64))
            {
                await Task.WhenAll(some.Select(document => owner.PublishAsync(agent.Service.Topics.Command("gallery.state"), document, retain: false, TimeSpan.Zero, _stop.Token)));
            }
        }

        await ReceivedTraffic.UntilAsync(() => Checks(traffic).Contains("busy"), "a receipt that says so");
        // The shop's clock stands still: it is one minute.
        Assert.Equal(30, traffic.Messages.Count(message => ReceivedTraffic.Json(message).GetProperty("accepted").GetBoolean()));
        Assert.Equal(31, traffic.Messages.Count);
    }

    [Fact]
    public async Task A_picture_bomb_in_a_command_is_refused_and_decoded_by_nobody()
    {
        await using var shop = new Shop();
        await using var broker = await MosquittoBroker.StartAsync();
        await using var traffic = await ReceivedTraffic.StartAsync(broker, "shitu/s1/till-3/receipts");
        await using var agent = new RunningAgent(_folder, RunningAgent.Options(broker.Address), made => Commands(shop, made, Shop.Embed));
        await ReceivedTraffic.UntilAsync(() => agent.Service.State.Connected, "a connection");
        await using var owner = await OwnerSession.ConnectAsync(RunningAgent.Options(broker.Address), _stop.Token);
        var jpeg = GalleryUpdaterTests.Jpeg(SkiaSharp.SKColors.Red, SkiaSharp.SKColors.Blue);
        var frame = jpeg.AsSpan().IndexOf((ReadOnlySpan<byte>)[0xFF, 0xC0]);
        (jpeg[frame + 5], jpeg[frame + 6], jpeg[frame + 7], jpeg[frame + 8]) = (0xFD, 0xE8, 0xFD, 0xE8);
        var allocated = GC.GetTotalAllocatedBytes();
        await owner.PublishAsync(
            agent.Service.Topics.Command("item.add"),
            Signed(shop, 1, "item.add", $"{{\"item\":\"bomb\",\"label\":\"bomb\",\"pictures\":[\"{Convert.ToBase64String(jpeg)}\"]}}"), retain: false, TimeSpan.Zero, _stop.Token);
        await ReceivedTraffic.UntilAsync(() => Checks(traffic).Count == 1, "a refusal");
        Assert.Equal(["chunk"], Checks(traffic));
        Assert.InRange(GC.GetTotalAllocatedBytes() - allocated, 0, 64L << 20);
        Assert.Equal(0, shop.Gallery.ItemCount);
    }

    [Fact]
    public async Task An_answer_goes_where_a_signed_command_asks_below_the_sites_replies_and_nowhere_else()
    {
        await using var shop = new Shop();
        await using var broker = await MosquittoBroker.StartAsync();
        await using var traffic = await ReceivedTraffic.StartAsync(broker);
        await using var agent = new RunningAgent(_folder, RunningAgent.Options(broker.Address), made => Commands(shop, made, null));
        await ReceivedTraffic.UntilAsync(() => agent.Service.State.Connected, "a connection");
        string[] topics = ["shitu/s1/replies/laptop", "shitu/s1/desired/gallery", "shitu/s1/till-4/commands/gallery.rollback", "shitu/s1/replies/../x", "homeassistant/x/config", "shitu/s1/replies/"];
        await using var owner = await OwnerSession.ConnectAsync(RunningAgent.Options(broker.Address), _stop.Token);
        foreach (var (i, topic) in topics.Index())
        {
            var document = Signed(shop, i, "gallery.state", "{}");
            await owner.PublishAsync(
                new OutgoingMessage(agent.Service.Topics.Command("gallery.state"), document.Payload)
                {
                    Properties = [CloudEvents.Property("kid", document.KeyId!), CloudEvents.Property("sig", document.Signature!)],
                    ResponseTopic = topic,
                    Correlation = [1, 2, (byte)i],
                },
                _stop.Token);
        }

        await owner.PublishAsync(new OutgoingMessage(agent.Service.Topics.Command("gallery.state"), "{}"u8.ToArray()) { ResponseTopic = topics[0] }, _stop.Token);
        await ReceivedTraffic.UntilAsync(() => traffic.On("/receipts").Count() == topics.Length + 1, "all receipts");
        await ReceivedTraffic.UntilAsync(() => traffic.On("/replies/").Any(), "the answer");
        var answer = Assert.Single(traffic.Messages, message => topics.Contains(message.Topic));
        Assert.Equal(topics[0], answer.Topic);
        Assert.Equal(new byte[] { 1, 2, 0 }, answer.Correlation);
        Assert.Equal("c-0", ReceivedTraffic.Json(answer).GetProperty("ref").GetString());
    }

    private static List<string> Checks(ReceivedTraffic traffic) =>
        [.. traffic.On("/receipts").Select(ReceivedTraffic.Json).Where(receipt => receipt.TryGetProperty("check", out _)).Select(receipt => receipt.GetProperty("check").GetString()!)];

    private static void Commands(Shop shop, RunningAgent agent, PictureEmbedder? embed)
    {
        var service = new CommandService(shop.Options, shop.Target, shop.Keys, shop.State, shop.Updater, agent.Service, agent.Outbox, shop.Clock);
        new GalleryCommands(shop.Updater, shop.Gallery, shop.Index, embed).RegisterWith(service);
    }

    private static SignedDocument Signed(Shop shop, int number, string name, string args)
    {
        var now = shop.Clock.GetUtcNow();
        return SignedDocument.Sign(new Command(name, $"c-{number}", "s1/till-3", now, now.AddMinutes(5), $"n-{number}", JsonElement.Parse(args)).ToJson(), shop.Owner);
    }

    private async Task EndAsync(Task running)
    {
        await _stop.CancelAsync();
        await running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
    }
}
