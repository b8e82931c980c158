using ShiTu.EdgeAgent.GalleryUpdates;
using ShiTu.EdgeAgent.ModelUpdates;
using ShiTu.EdgeAgent.Tests.Pipeline;
using SkiaSharp;
using Xunit;

namespace ShiTu.EdgeAgent.Tests.ModelUpdates;

public sealed class ModelUpdaterTests : IDisposable
{
    private readonly TinyModels _other = new(rotation: 1);

    public void Dispose() => _other.Dispose();

    [Fact]
    public async Task Another_feature_model_is_in_use_after_the_start_that_follows_with_every_view_embedded_anew()
    {
        await using var shop = await ModelShop.OpenAsync();
        shop.Enrol("yellow", SKColors.Yellow, keepsPicture: true);
        await shop.Index.RefreshAsync(TestContext.Current.CancellationToken);
        var before = shop.Find(SKColors.Blue);
        var output = await shop.SignAsync([_other.FeatureFolder], 5);
        Mqtt.Schemas.Check("models-manifest", SignedDocument.Read(Path.Combine(output, SignedFolder.ManifestFile)).Payload);
        Assert.Null(await shop.ApplyAsync(output));
        Assert.True(shop.RestartAsked);
        var receipt = await shop.RestartAsync();
        Assert.True(receipt!.Accepted, receipt.Refusal?.Text);
        Mqtt.Schemas.Check("receipt", receipt.ToJson());
        Assert.Equal("models/5", receipt.Reference);
        Assert.Equal(_other.Set.Feature.Identity, shop.Models.Feature.Identity);
        Assert.Equal(shop.Models.Identity, receipt.Model);
        Assert.Contains("4 views", receipt.Text, StringComparison.Ordinal);
        Assert.Equal(("blue", 1f), (shop.Find(SKColors.Blue).Item, MathF.Round(shop.Find(SKColors.Blue).Similarity, 3)));
        Assert.Equal(("blue", "yellow"), (before.Item, shop.Find(SKColors.Yellow).Item));
        Assert.Equal((4, 1, 1L), (shop.Gallery.ItemCount, shop.Gallery.LocalItemCount, shop.Galleries.Status.Generation));
        Assert.NotNull(shop.Gallery.Pictures("yellow").Single());
        Assert.Empty(shop.Gallery.Verify());
        Assert.Null(await shop.RestartAsync());
        Assert.False(shop.Updater.Wants(SignedDocument.Read(Path.Combine(output, SignedFolder.ManifestFile)), out _));
    }

    [Fact]
    public async Task Another_detector_alone_takes_the_vectors_over_and_a_return_is_a_higher_generation_without_a_byte_of_the_other_model()
    {
        using var blinder = new TinyModels(blindness: 1);
        await using var shop = await ModelShop.OpenAsync(pictures: false);
        var model = shop.Models.Identity;
        Assert.Null(await shop.ApplyAsync(await shop.SignAsync([blinder.DetectorFolder], 1)));
        Assert.Contains("0 views", (await shop.RestartAsync())!.Text, StringComparison.Ordinal);
        Assert.NotEqual(model, shop.Models.Identity);
        Assert.Equal("red", shop.Find(SKColors.Red).Item);
        var back = await shop.SignAsync([shop.Installed.DetectorFolder, shop.Installed.FeatureFolder], 2);
        foreach (var piece in ModelPieces.Cut(Path.Combine(shop.Installed.FeatureFolder, "model.bin")).Pieces)
        {
            File.Delete(Path.Combine(back, "chunks", piece.Reference.Sha256));
        }

        Assert.Null(await shop.ApplyAsync(back));
        Assert.True((await shop.RestartAsync())!.Accepted);
        Assert.Equal((model, "green"), (shop.Models.Identity, shop.Find(SKColors.Lime).Item));
        Assert.Equal(["1", "2"], Directory.GetDirectories(Path.Combine(shop.Device, "models")).Select(Path.GetFileName).Order());
    }

    [Theory]
    [InlineData(false, false)]
    [InlineData(true, true)]
    public async Task A_gallery_that_lacks_pictures_keeps_its_feature_model_and_the_receipt_names_what_lacks_them(bool pictures, bool local)
    {
        await using var shop = await ModelShop.OpenAsync(pictures);
        if (local)
        {
            shop.Enrol("bun", SKColors.Orange, keepsPicture: false);
        }

        var receipt = await shop.ApplyAsync(await shop.SignAsync([_other.FeatureFolder], 5));
        Assert.Equal("pictures", receipt!.Refusal!.Check);
        Assert.Contains(local ? "1 of 4 items" : "3 of 3 items", receipt.Refusal.Text, StringComparison.Ordinal);
        Assert.Contains(local ? "'bun'" : "'blue'", receipt.Refusal.Text, StringComparison.Ordinal);
        Mqtt.Schemas.Check("receipt", receipt.ToJson());
        Assert.False(shop.RestartAsked);
        Assert.Equal(0, shop.Sets.InUse.Generation);
    }

    [Fact]
    public async Task A_gallery_of_vectors_of_the_models_before_is_no_longer_gone_back_to()
    {
        await using var shop = await ModelShop.OpenAsync();
        Assert.Null(await shop.ApplyAsync(await shop.SignAsync([_other.FeatureFolder], 5)));
        await shop.RestartAsync();
        var output = Path.Combine(shop.Folder, "vectors");
        var manifest = await GallerySigning.SignAsync(
            GallerySigning.FromGallery(shop.Gallery), new SigningRequest { Site = "s1", Generation = 2, Model = shop.Installed.Set.Identity, Dimension = 4 }, shop.Owner, output, shop.Clock, TestContext.Current.CancellationToken);
        Assert.Equal("model", (await GalleryApply.ApplyAsync(output, shop.Galleries, TestContext.Current.CancellationToken))!.Refusal!.Check);
        await new FolderChunks(output).FetchAsync(manifest.Chunks, shop.Galleries.Chunks, TestContext.Current.CancellationToken);
        shop.State.Apply(shop.State.Applied!, manifest.ToJson(), shop.Clock.GetUtcNow());
        Assert.Equal("model", (await shop.Galleries.RollbackAsync("back", TestContext.Current.CancellationToken)).Refusal!.Check);
        Assert.Equal("red", shop.Find(SKColors.Red).Item);
    }

    [Fact]
    public async Task An_update_goes_on_after_a_restart_with_the_pieces_it_has()
    {
        await using var shop = await ModelShop.OpenAsync();
        var output = await shop.SignAsync([_other.FeatureFolder], 5);
        var weights = Path.Combine(output, "chunks", ModelPieces.Cut(Path.Combine(_other.FeatureFolder, "model.bin")).Pieces[0].Reference.Sha256);
        var aside = Path.Combine(shop.Folder, "aside");
        File.Move(weights, aside);
        Assert.Equal("chunk", (await shop.ApplyAsync(output))!.Refusal!.Check);
        await shop.RestartAsync();
        Assert.True(shop.Updater.Unfinished);
        Array.ForEach(Directory.GetFiles(Path.Combine(output, "chunks")), File.Delete);
        File.Move(aside, weights);
        Assert.Null(await shop.ApplyAsync(output));
        Assert.True((await shop.RestartAsync())!.Accepted);
    }

    [Fact]
    public async Task What_was_chosen_but_not_written_down_is_finished_at_the_next_start()
    {
        await using var shop = await ModelShop.OpenAsync();
        var document = SignedDocument.Read(Path.Combine(await shop.SignAsync([_other.FeatureFolder], 5), SignedFolder.ManifestFile));
        Assert.Null(await shop.ApplyAsync(Path.Combine(shop.Folder, "out-0")));
        shop.State.Models.FallBack();
        shop.State.Models.Take(5, document.Payload.ToArray());
        await shop.StopAsync();
        await shop.StartAsync();
        var receipt = await shop.Updater.RecoverAsync(TestContext.Current.CancellationToken);
        Assert.True(receipt!.Accepted, receipt.Refusal?.Text);
        Assert.False(shop.RestartAsked);
        Assert.False(shop.Updater.Unfinished);
    }

    [Fact]
    public async Task A_set_whose_tries_ended_the_process_twice_is_refused()
    {
        await using var shop = await ModelShop.OpenAsync();
        var output = await shop.SignAsync([_other.FeatureFolder], 5);
        shop.State.Models.Take(5, SignedDocument.Read(Path.Combine(output, SignedFolder.ManifestFile)).Payload.ToArray());
        shop.State.Models.CountStart();
        shop.State.Models.CountStart();
        Assert.Equal("load", (await shop.ApplyAsync(output))!.Refusal!.Check);
        Assert.Null(await shop.ApplyAsync(output));
    }

    [Fact]
    public async Task Items_that_are_enrolled_between_choice_and_restart_are_asked_to_wait()
    {
        await using var shop = await ModelShop.OpenAsync();
        Assert.Equal(1, shop.Galleries.Change(() => 1));
        Assert.Null(await shop.ApplyAsync(await shop.SignAsync([_other.FeatureFolder], 5)));
        Assert.Equal("busy", Assert.Throws<RefusedException>(() => shop.Galleries.Change(() => 1)).Refusal.Check);
    }
}
