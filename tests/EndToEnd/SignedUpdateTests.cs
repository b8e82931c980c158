using System.Buffers;
using System.Diagnostics;
using System.Text.Json;
using Microsoft.Data.Sqlite;
using MQTTnet;
using MQTTnet.Protocol;
using ShiTu.EdgeAgent.GalleryUpdates;
using ShiTu.EndToEnd.Tests.Programs;
using SkiaSharp;
using Xunit;

namespace ShiTu.EndToEnd.Tests;

/// <summary>Owner and till over a real broker, both the published binary.</summary>
public sealed class SignedUpdateTests
{
    [Fact]
    public async Task A_pushed_gallery_is_taken_by_the_running_service_and_a_strangers_is_not()
    {
        var cancellation = TestContext.Current.CancellationToken;
        await using var shop = await Shop.OpenAsync(cancellation);
        await using var till = await shop.StartTillAsync(cancellation);
        await using var watch = PublishedAgent.Start("gallery", "watch", "--site", "shop", "--broker", shop.Broker.Address);
        await watch.WaitForOutputAsync("gallery generation 0", TimeSpan.FromSeconds(60), cancellation);

        var start = Stopwatch.GetTimestamp();
        await shop.PushAsync();
        await shop.GalleryAsync(gallery => gallery.GetProperty("generation").GetInt64() == 1, start, cancellation);
        await watch.WaitForOutputAsync("accepted gallery/1", TimeSpan.FromSeconds(60), cancellation);
        Assert.Equal(["blue", "red"], await shop.ItemsAsync());

        await shop.RunAsync(0, "gallery", "add", "green", shop.Place.Draw("green.png", SKColors.Green), "--crop", "whole", "-g", shop.Gallery);
        start = Stopwatch.GetTimestamp();
        await shop.PushAsync();
        await shop.GalleryAsync(gallery => gallery.GetProperty("generation").GetInt64() == 2 && gallery.GetProperty("items").GetInt32() == 3, start, cancellation);
        await StatusAsync(shop, items: 3);
        var found = await shop.RunAsync(0, "recognize", shop.Place.At("green.png"), "--config", shop.Configuration, "--set", "recognition.whole_picture=only");
        Assert.Contains("\"item\":\"green\"", found.Output, StringComparison.Ordinal);

        await shop.RunAsync(0, "keys", "new", shop.Place.At("stranger.key"));
        start = Stopwatch.GetTimestamp();
        await shop.PushAsync(shop.Place.At("stranger.key"));
        await shop.ReceiptAsync(receipt => !receipt.GetProperty("accepted").GetBoolean() && receipt.GetProperty("check").GetString() == "key", start, cancellation);
        await watch.WaitForOutputAsync("refused gallery (key)", TimeSpan.FromSeconds(60), cancellation);
        Assert.Equal(2, shop.Published().GetProperty("generation").GetInt64());
        Assert.Equal(["blue", "green", "red"], await shop.ItemsAsync());
        await Shop.StopAsync(till, cancellation);
    }

    [Fact]
    public async Task A_signed_command_is_carried_out_and_a_replayed_or_retained_one_changes_nothing()
    {
        var cancellation = TestContext.Current.CancellationToken;
        await using var shop = await Shop.OpenAsync(cancellation);
        using var owner = new MqttClientFactory().CreateMqttClient();
        var overheard = await OverhearAsync(owner, shop.Broker.Port, "shitu/shop/till/commands/+", cancellation);
        await using var till = await shop.StartTillAsync(cancellation);
        var start = Stopwatch.GetTimestamp();
        await shop.PushAsync();
        await shop.GalleryAsync(gallery => gallery.GetProperty("generation").GetInt64() == 1, start, cancellation);

        start = Stopwatch.GetTimestamp();
        await shop.CommandAsync(0, "item.add", "-a", "item=bun", "-a", "label=Bulle", "-p", Jpeg(shop, "bun.jpg", SKColors.Orange));
        await shop.GalleryAsync(gallery => gallery.GetProperty("local_items").GetInt32() == 1, start, cancellation);
        Assert.Equal(["blue", "bun", "red"], await shop.ItemsAsync());
        await shop.CommandAsync(0, "item.remove", "-a", "item=bun");
        Assert.Equal(["blue", "red"], await shop.ItemsAsync());

        var add = overheard.First();
        foreach (var (retained, check) in new[] { (false, "nonce"), (true, "schema") })
        {
            start = Stopwatch.GetTimestamp();
            add.Retain = retained;
            await owner.PublishAsync(add, cancellation);
            await shop.ReceiptAsync(receipt => receipt.TryGetProperty("check", out var found) && found.GetString() == check, start, cancellation);
            Assert.Equal(["blue", "red"], await shop.ItemsAsync());
        }

        Assert.Contains("local item", (await shop.CommandAsync(1, "item.remove", "-a", "item=red")).Output, StringComparison.Ordinal);
        Assert.Contains("\"check\":\"schema\"", (await shop.CommandAsync(1, "camera.restart", "-a", "camera=nowhere")).Output, StringComparison.Ordinal);
        await shop.CommandAsync(0, "camera.restart", "-a", "camera=belt");
        using var viewer = new MqttClientFactory().CreateMqttClient();
        var pictures = await OverhearAsync(viewer, shop.Broker.Port, "shitu/shop/till/pictures/+", cancellation);
        await shop.CommandAsync(0, "snapshot", "-a", "camera=belt");
        await WaitAsync(() => pictures.Count == 1, "a picture", cancellation);
        using var picture = SKBitmap.Decode(pictures.Single().Payload.ToArray());
        Assert.Equal((320, 240), (picture.Width, picture.Height));
        await shop.CommandAsync(0, "outbox.replay", "-a", "from_seq=1");
        await Shop.StopAsync(till, cancellation);
    }

    [Fact]
    public async Task A_rollback_holds_over_a_restart_although_the_broker_still_keeps_the_manifest()
    {
        var cancellation = TestContext.Current.CancellationToken;
        await using var shop = await Shop.OpenAsync(cancellation);
        await using (var till = await shop.StartTillAsync(cancellation))
        {
            await TwoGenerationsAsync(shop, cancellation);
            var start = Stopwatch.GetTimestamp();
            await shop.CommandAsync(0, "gallery.rollback");
            await shop.GalleryAsync(gallery => gallery.GetProperty("generation").GetInt64() == 1, start, cancellation);
            await Shop.StopAsync(till, cancellation);
        }

        await using (var till = await shop.StartTillAsync(cancellation))
        {
            var state = await shop.CommandAsync(0, "gallery.state");
            Assert.Contains("\"generation\":1", state.Output, StringComparison.Ordinal);
            Assert.Equal(["blue", "red"], await shop.ItemsAsync());

            var start = Stopwatch.GetTimestamp();
            await shop.PushAsync();
            await shop.GalleryAsync(gallery => gallery.GetProperty("generation").GetInt64() == 3, start, cancellation);
            Assert.Equal(["blue", "green", "red"], await shop.ItemsAsync());
            await Shop.StopAsync(till, cancellation);
        }
    }

    [Fact]
    public async Task A_new_gallery_that_does_not_load_at_the_next_start_gives_way_to_the_one_before()
    {
        var cancellation = TestContext.Current.CancellationToken;
        await using var shop = await Shop.OpenAsync(cancellation);
        await using (var till = await shop.StartTillAsync(cancellation))
        {
            await TwoGenerationsAsync(shop, cancellation);
            await Shop.StopAsync(till, cancellation);
        }

        // As a power loss between the write and the first load would leave it, on a disk that kept half of it.
        using (var state = UpdateState.Open(Path.Combine(shop.State, "updates.db")))
        {
            state.Apply(state.Applied!, state.Previous, TimeProvider.System.GetUtcNow());
        }

        Damage(Path.Combine(shop.State, "gallery.db"));
        var start = Stopwatch.GetTimestamp();
        await using (var till = await shop.StartTillAsync(cancellation))
        {
            await shop.ReceiptAsync(receipt => receipt.TryGetProperty("check", out var check) && check.GetString() == "load", start, cancellation);
            await shop.GalleryAsync(gallery => gallery.GetProperty("generation").GetInt64() == 1, start, cancellation);
            Assert.Equal(["blue", "red"], await shop.ItemsAsync());
            await StatusAsync(shop, items: 2);
            await Shop.StopAsync(till, cancellation);
        }
    }

    [Fact]
    public async Task A_usb_stick_works_where_no_broker_is_with_the_same_checks()
    {
        var cancellation = TestContext.Current.CancellationToken;
        await using var shop = await Shop.OpenAsync(cancellation);
        await shop.RunAsync(0, "gallery", "sign", shop.Gallery, "-o", shop.Place.At("out"), "--site", "shop", "--key", shop.Key);
        string[] apply = ["gallery", "apply", shop.Place.At("out"), "--config", shop.Configuration, "--set", $"updates.trusted_keys.0={shop.Key}.pub"];
        await using (var till = await shop.StartTillAsync(cancellation))
        {
            Assert.Contains("stop the service", (await shop.RunAsync(1, apply)).Errors, StringComparison.Ordinal);
            await Shop.StopAsync(till, cancellation);
        }

        Assert.StartsWith("accepted\tgallery/1", (await shop.RunAsync(0, apply)).Output, StringComparison.Ordinal);
        Assert.Equal(["blue", "red"], await shop.ItemsAsync());
        Assert.Contains("already", (await shop.RunAsync(0, apply)).Output, StringComparison.Ordinal);
        await shop.RunAsync(0, "gallery", "sign", shop.Gallery, "-o", shop.Place.At("out"), "--site", "elsewhere", "--key", shop.Key);
        Assert.StartsWith("refused (target)", (await shop.RunAsync(1, apply)).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_key_that_the_root_key_revokes_signs_nothing_any_more_and_its_successor_does()
    {
        var cancellation = TestContext.Current.CancellationToken;
        await using var shop = await Shop.OpenAsync(cancellation);
        await using var till = await shop.StartTillAsync(cancellation);
        await shop.CommandAsync(0, "gallery.state");
        var next = shop.Place.At("next.key");
        await shop.RunAsync(0, "keys", "new", next);
        await shop.RunAsync(0, "keys", "sign", $"{next}.pub", "--revoke", $"{shop.Key}.pub", "--root", shop.Key, "-o", shop.Place.At("keys"), "--site", "shop");
        var start = Stopwatch.GetTimestamp();
        await shop.RunAsync(0, "keys", "push", shop.Place.At("keys"), "--broker", shop.Broker.Address);
        await shop.ReceiptAsync(receipt => receipt.GetProperty("ref").GetString() == "keys" && receipt.GetProperty("check").GetString() == "key", start, cancellation);
        await shop.CommandAsync(0, "gallery.state");

        await shop.RunAsync(0, "keys", "sign", $"{next}.pub", "--revoke", $"{shop.Key}.pub", "--root", shop.RootKey, "-o", shop.Place.At("keys"), "--site", "shop");
        await shop.RunAsync(0, "keys", "push", shop.Place.At("keys"), "--broker", shop.Broker.Address);
        await shop.ReceiptAsync(receipt => receipt.GetProperty("ref").GetString() == "keys/2" && receipt.GetProperty("accepted").GetBoolean(), start, cancellation);
        Assert.Contains("revoked", (await shop.CommandAsync(1, "gallery.state")).Output, StringComparison.Ordinal);
        await shop.CommandAsync(next, 0, ["gallery.state"]);
        await Shop.StopAsync(till, cancellation);
    }

    private static async Task TwoGenerationsAsync(Shop shop, CancellationToken cancellation)
    {
        var start = Stopwatch.GetTimestamp();
        await shop.PushAsync();
        await shop.GalleryAsync(gallery => gallery.GetProperty("generation").GetInt64() == 1, start, cancellation);
        await shop.RunAsync(0, "gallery", "add", "green", shop.Place.Draw("green.png", SKColors.Green), "--crop", "whole", "-g", shop.Gallery);
        await shop.PushAsync();
        await shop.GalleryAsync(gallery => gallery.GetProperty("generation").GetInt64() == 2 && gallery.GetProperty("previous").GetInt64() == 1, start, cancellation);
    }

    private static async Task WaitAsync(Func<bool> condition, string what, CancellationToken cancellation)
    {
        var start = Stopwatch.GetTimestamp();
        while (!condition())
        {
            Assert.True(Stopwatch.GetElapsedTime(start) < TimeSpan.FromSeconds(60), $"Waited in vain: {what}.");
            await Task.Delay(20, cancellation);
        }
    }

    private static async Task StatusAsync(Shop shop, int items)
    {
        var start = Stopwatch.GetTimestamp();
        while (true)
        {
            // The service writes it every two seconds, from the index that its cameras search.
            var (code, output, errors) = await PublishedAgent.RunAsync(["status", "--config", shop.Configuration, "--json"]);
            if (code == 0)
            {
                using var status = JsonDocument.Parse(output);
                if (status.RootElement.GetProperty("gallery").GetProperty("items").GetInt32() == items)
                {
                    return;
                }
            }

            Assert.True(Stopwatch.GetElapsedTime(start) < TimeSpan.FromSeconds(60), output + errors);
        }
    }

    private static void Damage(string gallery)
    {
        using var connection = new SqliteConnection($"Data Source={gallery};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "UPDATE views SET vector = x'00' WHERE item = 'green'";
        Assert.Equal(1, command.ExecuteNonQuery());
    }

    private static async Task<IReadOnlyCollection<MqttApplicationMessage>> OverhearAsync(IMqttClient client, int port, string filter, CancellationToken cancellation)
    {
        var messages = new System.Collections.Concurrent.ConcurrentQueue<MqttApplicationMessage>();
        client.ApplicationMessageReceivedAsync += received =>
        {
            messages.Enqueue(received.ApplicationMessage);
            return Task.CompletedTask;
        };
        await client.ConnectAsync(new MqttClientOptionsBuilder().WithTcpServer("127.0.0.1", port).WithProtocolVersion(MQTTnet.Formatter.MqttProtocolVersion.V500).Build(), cancellation);
        await client.SubscribeAsync(new MqttClientSubscribeOptionsBuilder().WithTopicFilter(filter, MqttQualityOfServiceLevel.AtLeastOnce).Build(), cancellation);
        return messages;
    }

    private static string Jpeg(Shop shop, string name, SKColor colour)
    {
        using var bitmap = SKBitmap.Decode(shop.Place.Draw(Path.ChangeExtension(name, "png"), colour));
        using var file = File.Create(shop.Place.At(name));
        bitmap.Encode(file, SKEncodedImageFormat.Jpeg, 90);
        return shop.Place.At(name);
    }
}
