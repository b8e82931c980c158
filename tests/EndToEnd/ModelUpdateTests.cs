using System.Diagnostics;
using System.Text.Json;
using ShiTu.EndToEnd.Tests.Programs;
using ShiTu.Inference.Models;
using SkiaSharp;
using Xunit;

namespace ShiTu.EndToEnd.Tests;

/// <summary>Models from owner to till over a real broker, both the published binary.</summary>
public sealed class ModelUpdateTests
{
    private static readonly string[] Quick = ["updates.shadow_time=4s", "updates.shadow_frames=4"];

    [Fact]
    public async Task A_pushed_model_is_compared_taken_and_given_up_again_where_it_does_not_load()
    {
        var cancellation = TestContext.Current.CancellationToken;
        await using var shop = await Shop.OpenAsync(cancellation);
        var feature = Variant(shop, "general-pplcnetv2-176");
        await using (var till = await shop.StartTillAsync(cancellation, Quick))
        {
            var start = Stopwatch.GetTimestamp();
            await shop.PushAsync(options: "--pictures");
            await shop.GalleryAsync(gallery => gallery.GetProperty("generation").GetInt64() == 1, start, cancellation);
            await shop.CommandAsync(0, "item.add", "-a", "item=bun", "-a", "label=Bulle", "-p", Jpeg(shop, "bun.jpg", SKColors.Orange));
            var before = shop.Published().GetProperty("model").GetString();

            await shop.RunAsync(0, "keys", "new", shop.Place.At("stranger.key"));
            start = Stopwatch.GetTimestamp();
            await PushAsync(shop, feature, shop.Place.At("stranger.key"));
            await shop.ReceiptAsync(receipt => receipt.GetProperty("ref").GetString() == "models" && receipt.GetProperty("check").GetString() == "key", start, cancellation);

            start = Stopwatch.GetTimestamp();
            await PushAsync(shop, feature, shop.Key);
            await shop.ReceiptAsync(receipt => IsOf(receipt, "models/2") && receipt.GetProperty("accepted").GetBoolean() && receipt.GetProperty("shadow").GetProperty("share").GetDouble() <= 0.5, start, cancellation);
            await shop.GalleryAsync(gallery => gallery.GetProperty("model").GetString() != before && gallery.GetProperty("items").GetInt32() == 3, start, cancellation);
            Assert.Equal(["blue", "bun", "red"], await shop.ItemsAsync());
            var found = await shop.RunAsync(0, "recognize", shop.Place.At("red.png"), "--config", shop.Configuration, "--set", "recognition.whole_picture=only");
            Assert.Contains("\"item\":\"red\"", found.Output, StringComparison.Ordinal);

            // Vectors of the models before, signed by the owner: of no use any more.
            await shop.PushAsync();
            await shop.ReceiptAsync(receipt => IsOf(receipt, "gallery") && receipt.GetProperty("check").GetString() == "model", start, cancellation);
            await Shop.StopAsync(till, cancellation);
        }

        File.Delete(Path.Combine(shop.State, "models", "2", "feature", "model.bin"));
        var again = Stopwatch.GetTimestamp();
        await using (var till = await shop.StartTillAsync(cancellation, Quick))
        {
            await shop.ReceiptAsync(receipt => IsOf(receipt, "models/2") && !receipt.GetProperty("accepted").GetBoolean() && receipt.GetProperty("check").GetString() == "load", again, cancellation);
            Assert.Equal(["blue", "bun", "red"], await shop.ItemsAsync());
            await Shop.StopAsync(till, cancellation);
        }
    }

    [Fact]
    public async Task A_usb_stick_brings_models_where_no_broker_is()
    {
        var cancellation = TestContext.Current.CancellationToken;
        await using var shop = await Shop.OpenAsync(cancellation);
        await shop.RunAsync(0, "models", "sign", Variant(shop, "mainbody-x1_0-320"), "-o", shop.Place.At("models"), "--site", "shop", "--key", shop.Key);
        string[] apply = ["models", "apply", shop.Place.At("models"), "--config", shop.Configuration, "--set", $"updates.trusted_keys.0={shop.Key}.pub"];
        var models = (await shop.RunAsync(0, "model", "info", "--config", shop.Configuration, "--json")).Output;
        Assert.StartsWith("accepted\tmodels/1", (await shop.RunAsync(0, apply)).Output, StringComparison.Ordinal);
        Assert.Contains("already", (await shop.RunAsync(0, apply)).Output, StringComparison.Ordinal);
        Assert.NotEqual(models, (await shop.RunAsync(0, "model", "info", "--config", shop.Configuration, "--json")).Output);
        var installed = ModelSet.IdentityOf(Path.Combine(PublishedAgent.Models, "mainbody-x1_0-320"), Path.Combine(PublishedAgent.Models, "general-pplcnetv2-176")).Identity;
        var start = Stopwatch.GetTimestamp();
        await using var till = await shop.StartTillAsync(cancellation);
        await shop.GalleryAsync(gallery => gallery.GetProperty("model").GetString() is { } model && model != installed && model.StartsWith("mainbody-x1_0-320+", StringComparison.Ordinal), start, cancellation);
        await Shop.StopAsync(till, cancellation);
    }

    private static bool IsOf(JsonElement receipt, string reference) => receipt.GetProperty("ref").GetString() == reference;

    private static async Task PushAsync(Shop shop, string folder, string key)
    {
        await shop.RunAsync(0, "models", "sign", folder, "-o", shop.Place.At("models"), "--site", "shop", "--key", key);
        await shop.RunAsync(0, "models", "push", shop.Place.At("models"), "--broker", shop.Broker.Address);
    }

    /// <summary>A shipped model with one more space in it: another identity, the same answers.</summary>
    private static string Variant(Shop shop, string name)
    {
        var folder = Directory.CreateDirectory(shop.Place.At(name)).FullName;
        foreach (var file in Directory.GetFiles(Path.Combine(PublishedAgent.Models, name)))
        {
            File.Copy(file, Path.Combine(folder, Path.GetFileName(file)));
        }

        var own = ModelManifest.Read(folder);
        File.AppendAllText(Path.Combine(folder, "model.xml"), "\n");
        ModelManifest.Write(folder, own.Name, own.Kind, own.Preparation, own.Outputs, own.Dimension, own.Strides, own.SelfTest);
        return folder;
    }

    private static string Jpeg(Shop shop, string name, SKColor colour)
    {
        using var bitmap = SKBitmap.Decode(shop.Place.Draw(Path.ChangeExtension(name, "png"), colour));
        using var file = File.Create(shop.Place.At(name));
        bitmap.Encode(file, SKEncodedImageFormat.Jpeg, 90);
        return shop.Place.At(name);
    }
}
