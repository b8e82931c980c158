using ShiTu.EdgeAgent.GalleryUpdates;
using ShiTu.EdgeAgent.Tests.Pipeline;
using SkiaSharp;
using Xunit;

namespace ShiTu.EdgeAgent.Tests.ModelUpdates;

public sealed class ModelFallBackTests : IDisposable
{
    private readonly TinyModels _other = new(rotation: 1);

    public void Dispose() => _other.Dispose();

    [Theory]
    [InlineData("feature/model.bin")]
    [InlineData("detector/model.xml")]
    [InlineData("gallery.db")]
    public async Task A_set_that_does_not_load_at_the_start_gives_way_to_the_one_before_and_is_not_taken_again(string damaged)
    {
        await using var shop = await ChosenAsync();
        await shop.StopAsync();
        File.Delete(Path.Combine(shop.Device, "models", "5", damaged));
        await shop.StartAsync();
        var receipt = await shop.RestartAsync();
        Assert.Equal("load", receipt!.Refusal!.Check);
        Assert.Contains("Generation 5", receipt.Refusal.Text, StringComparison.Ordinal);
        Mqtt.Schemas.Check("receipt", receipt.ToJson());
        Assert.Equal(shop.Installed.Set.Identity, shop.Models.Identity);
        Assert.Equal("red", shop.Find(SKColors.Red).Item);
        Assert.Null(shop.GalleryAtStart);
        Assert.Null(await shop.RestartAsync());
        Assert.False(shop.Updater.Wants(SignedDocument.Read(Path.Combine(shop.Folder, "out-0", SignedFolder.ManifestFile)), out var refusal));
        Assert.Null(refusal);
        Assert.Empty(Directory.GetDirectories(Path.Combine(shop.Device, "models")));
    }

    [Fact]
    public async Task A_set_over_which_the_process_dies_gives_way_at_the_fourth_start_and_one_that_was_proved_does_not()
    {
        await using var shop = await ChosenAsync();
        await shop.StopAsync();
        shop.Sets.Open().Dispose();
        shop.Sets.Open().Dispose();
        shop.Sets.Open().Dispose();
        await shop.StartAsync();
        Assert.Equal("load", shop.Updater.AtStart!.Refusal!.Check);
        Assert.Equal(0, shop.Sets.InUse.Generation);
        await shop.RestartAsync();

        Assert.Null(await shop.ApplyAsync(await shop.SignAsync([_other.FeatureFolder], 6)));
        Assert.True((await shop.RestartAsync())!.Accepted);
        shop.Sets.Prove();
        await shop.StopAsync();
        for (var i = 0; i < 5; i++)
        {
            shop.Sets.Open().Dispose();
        }

        await shop.StartAsync();
        Assert.Equal(6, shop.Sets.InUse.Generation);
    }

    [Fact]
    public async Task The_models_before_get_back_the_galleries_that_came_since_from_their_pictures()
    {
        await using var shop = await ChosenAsync();
        await shop.RestartAsync();
        var output = Path.Combine(shop.Folder, "newer");
        var jpeg = GalleryUpdates.GalleryUpdaterTests.Jpeg(SKColors.Yellow, SKColors.Yellow);
        await GallerySigning.SignAsync(
            [new ChunkItem("yellow", "yellow", null, [new ChunkView(null, jpeg)])], new SigningRequest { Site = "s1", Generation = 2, Model = shop.Models.Identity, Dimension = 4 }, shop.Owner, output, shop.Clock, TestContext.Current.CancellationToken);
        Assert.True((await GalleryApply.ApplyAsync(output, shop.Galleries, TestContext.Current.CancellationToken))!.Accepted);
        await shop.StopAsync();
        File.Delete(Path.Combine(shop.Device, "models", "5", "feature", "model.bin"));
        await shop.StartAsync();
        Assert.True(shop.GalleryAtStart!.Accepted, shop.GalleryAtStart.Refusal?.Text);
        Assert.Equal((shop.Installed.Set.Identity, 1, "yellow"), (shop.Models.Identity, shop.Gallery.ItemCount, shop.Find(SKColors.Yellow).Item));
        Assert.Equal(2, shop.Galleries.Status.Generation);
    }

    [Fact]
    public async Task A_file_of_the_choice_that_cannot_be_read_leaves_the_configured_models()
    {
        await using var shop = await ChosenAsync();
        await shop.StopAsync();
        await File.WriteAllTextAsync(Path.Combine(shop.Device, "models", "current.json"), "{", TestContext.Current.CancellationToken);
        await shop.StartAsync();
        Assert.Equal("load", shop.Updater.AtStart!.Refusal!.Check);
        Assert.Equal(shop.Installed.Set.Identity, shop.Models.Identity);
    }

    private async Task<ModelShop> ChosenAsync()
    {
        var shop = await ModelShop.OpenAsync();
        Assert.Null(await shop.ApplyAsync(await shop.SignAsync([_other.FeatureFolder], 5)));
        return shop;
    }
}
