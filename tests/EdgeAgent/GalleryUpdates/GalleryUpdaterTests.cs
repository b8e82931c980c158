using ShiTu.EdgeAgent.GalleryUpdates;
using ShiTu.Index.Gallery;
using ShiTu.Index.Search;
using SkiaSharp;
using Xunit;

namespace ShiTu.EdgeAgent.Tests.GalleryUpdates;

public sealed class GalleryUpdaterTests
{
    [Fact]
    public async Task A_signed_gallery_becomes_searchable_and_the_next_one_changes_only_what_differs()
    {
        await using var shop = new Shop();
        var items = ChunkTests.Items(300, Shop.Dimension).ToList();
        var first = await shop.ApplyAsync(await shop.SignAsync(items, 1));
        Assert.True(first!.Accepted, first.Refusal?.Text);
        Assert.Equal((1, 300), (first.Generation, first.Items));
        Assert.Equal("sku-7", Find(shop, 7));
        items.RemoveAt(10);
        items[20] = items[20] with { Label = "ny", Views = [ChunkTests.View(9000, Shop.Dimension)] };
        items.Add(new ChunkItem("sku-new", "new", null, [ChunkTests.View(9001, Shop.Dimension)]));
        var second = await shop.ApplyAsync(await shop.SignAsync(items, 2));
        Assert.True(second!.Accepted, second.Refusal?.Text);
        Assert.Equal(items.Select(item => (item.Id, item.Label)).Order(), shop.Gallery.Items().Select(item => (item.Id, item.Label)).Order());
        Assert.Equal("sku-new", Find(shop, 9001));
        Assert.Contains(" 2 items written, 1 removed", second.Text, StringComparison.Ordinal);
        Assert.NotEqual("sku-10", Find(shop, 10));
        Assert.Equal(2, shop.Updater.Status.Generation);
        Assert.Equal(1, shop.Updater.Status.Previous);
        Assert.Equal(second.ContentHash, shop.Updater.Status.ContentHash);
    }

    [Fact]
    public async Task Items_enrolled_on_the_device_survive_every_update_and_a_rollback()
    {
        await using var shop = new Shop();
        await shop.ApplyAsync(await shop.SignAsync(ChunkTests.Items(20, Shop.Dimension), 1));
        var view = new GalleryView(HalfVector.Read(ChunkTests.View(777, Shop.Dimension).Vector), "", "enrolled");
        shop.Gallery.Replace(new GalleryItem("local-1", "Brödet", null, Local: true), [view]);
        shop.Gallery.Replace(new GalleryItem("sku-3", "vår egen", null, Local: true), [view]);
        Assert.True((await shop.ApplyAsync(await shop.SignAsync(ChunkTests.Items(40, Shop.Dimension), 2)))!.Accepted);
        Assert.Equal(41, shop.Gallery.ItemCount);
        Assert.Equal("vår egen", shop.Gallery.Items().Single(item => item.Id == "sku-3").Label);
        Assert.True((await shop.Updater.RollbackAsync("back", CancellationToken.None)).Accepted);
        Assert.Equal(21, shop.Gallery.ItemCount);
        Assert.Equal(2, shop.Gallery.LocalItemCount);
        Assert.Equal(1, shop.Updater.Status.Generation);
    }

    [Fact]
    public async Task The_owners_item_that_a_removed_local_one_had_hidden_is_back_after_a_restart_and_after_an_update()
    {
        await using var shop = new Shop();
        var items = ChunkTests.Items(200, Shop.Dimension).ToList();
        await shop.ApplyAsync(await shop.SignAsync(items, 1));
        var view = new GalleryView(HalfVector.Read(ChunkTests.View(777, Shop.Dimension).Vector), "", "enrolled");
        shop.Gallery.Replace(new GalleryItem("local-1", "Brödet", null, Local: true), [view]);
        shop.Gallery.Replace(new GalleryItem("sku-3", "vår egen", null, Local: true), [view]);

        // As the command line does it, while the service is stopped.
        Assert.True(shop.Gallery.Remove("sku-3"));
        await shop.CloseAsync();
        shop.Open();
        Assert.Null(await shop.Updater.RecoverAsync(TestContext.Current.CancellationToken));
        Assert.Equal("sku-3", Find(shop, 3));
        Assert.Equal(201, shop.Gallery.ItemCount);

        Assert.True(shop.Gallery.Remove("sku-3"));
        items[190] = items[190] with { Label = "new" };
        Assert.True((await shop.ApplyAsync(await shop.SignAsync(items, 2)))!.Accepted);
        Assert.Equal(items.Select(item => item.Id).Append("local-1").Order(StringComparer.Ordinal), shop.Gallery.Items().Select(item => item.Id));
        Assert.Equal("sku-3", Find(shop, 3));
    }

    [Fact]
    public async Task The_same_manifest_again_says_nothing_and_an_older_one_is_refused_even_after_a_restart()
    {
        await using var shop = new Shop();
        var one = await shop.SignAsync(ChunkTests.Items(5, Shop.Dimension), 1);
        var two = await shop.SignAsync(ChunkTests.Items(6, Shop.Dimension), 2);
        Assert.True((await shop.ApplyAsync(two))!.Accepted);
        Assert.Null(await shop.ApplyAsync(two));
        await shop.CloseAsync();
        shop.Open();
        Assert.Null(await shop.ApplyAsync(two));
        Assert.Equal("generation", (await shop.ApplyAsync(one))!.Refusal!.Check);
        Assert.Equal(6, shop.Gallery.ItemCount);
    }

    [Fact]
    public async Task An_update_goes_on_after_a_restart_where_it_was()
    {
        await using var shop = new Shop();
        var output = await shop.SignAsync(ChunkTests.Items(400, Shop.Dimension), 1);
        var chunks = Directory.GetFiles(Path.Combine(output, "chunks"));
        var aside = Path.Combine(shop.Folder, "aside");
        File.Move(chunks[^1], aside);
        Assert.Equal("chunk", (await shop.ApplyAsync(output))!.Refusal!.Check);
        Assert.Equal(0, shop.Gallery.ItemCount);
        await shop.CloseAsync();
        shop.Open();
        File.Move(aside, chunks[^1]);
        foreach (var fetched in chunks[..^1])
        {
            File.Delete(fetched);
        }

        var receipt = await shop.ApplyAsync(output);
        Assert.True(receipt!.Accepted, receipt.Refusal?.Text);
        Assert.Equal(400, shop.Gallery.ItemCount);
    }

    [Fact]
    public async Task What_a_power_loss_cut_short_is_finished_at_the_next_start()
    {
        await using var shop = new Shop();
        await shop.ApplyAsync(await shop.SignAsync(ChunkTests.Items(5, Shop.Dimension), 1));
        var output = await shop.SignAsync(ChunkTests.Items(9, Shop.Dimension), 2);
        var document = SignedDocument.Read(Path.Combine(output, GallerySigning.ManifestFile));
        var manifest = GalleryManifest.Parse(document.Payload);
        await new FolderChunks(output).FetchAsync(manifest.Chunks, new ChunkStore(Path.Combine(shop.Device, "chunks")), TestContext.Current.CancellationToken);
        shop.State.Take(2, document.Payload.ToArray());
        await shop.CloseAsync();
        shop.Open();
        var receipt = await shop.Updater.RecoverAsync(TestContext.Current.CancellationToken);
        Assert.True(receipt!.Accepted, receipt.Refusal?.Text);
        Assert.Equal(9, shop.Gallery.ItemCount);
    }

    [Fact]
    public async Task A_gallery_that_never_proved_that_it_loads_gives_way_to_the_one_before()
    {
        await using var shop = new Shop();
        await shop.ApplyAsync(await shop.SignAsync(ChunkTests.Items(5, Shop.Dimension), 1));
        await shop.ApplyAsync(await shop.SignAsync(ChunkTests.Items(9, Shop.Dimension), 2));
        shop.State.Apply(shop.State.Applied!, shop.State.Previous, shop.Clock.GetUtcNow());
        var receipt = await shop.Updater.FallBackAsync("as a test", isOther: false, TestContext.Current.CancellationToken);
        Assert.Equal("load", receipt!.Refusal!.Check);
        Assert.Equal(5, shop.Gallery.ItemCount);
        Assert.Equal(1, shop.Updater.Status.Generation);
    }

    [Fact]
    public async Task A_gallery_whose_new_items_do_not_find_themselves_is_refused_by_the_canary()
    {
        await using var shop = new Shop();
        Assert.True((await shop.ApplyAsync(await shop.SignAsync(ChunkTests.Items(30, Shop.Dimension), 1)))!.Accepted);
        var hash = shop.Gallery.ContentHash();
        var same = ChunkTests.View(5, Shop.Dimension);
        var receipt = await shop.ApplyAsync(await shop.SignAsync(ChunkTests.Items(30, Shop.Dimension).Select(item => item with { Views = [same] }), 2));
        Assert.Equal("canary", receipt!.Refusal!.Check);
        Assert.Equal(hash, shop.Gallery.ContentHash());
        Assert.Equal(1, receipt.Generation);
    }

    [Fact]
    public async Task Pictures_are_embedded_here_and_golden_pictures_must_still_find_their_items()
    {
        var folder = Directory.CreateTempSubdirectory("golden-").FullName;
        try
        {
            await using var shop = new Shop(new UpdateOptions { GoldenPictures = folder }, Shop.Embed);
            Directory.CreateDirectory(Path.Combine(folder, "röd"));
            await File.WriteAllBytesAsync(Path.Combine(folder, "röd", "a.jpg"), Jpeg(SKColors.Red, SKColors.Black), TestContext.Current.CancellationToken);
            ChunkItem[] items = [Item("röd", Jpeg(SKColors.Red, SKColors.Black)), Item("blå", Jpeg(SKColors.Black, SKColors.Blue))];
            var receipt = await shop.ApplyAsync(await shop.SignAsync(items, 1));
            Assert.True(receipt!.Accepted, receipt.Refusal?.Text);
            Assert.Equal(2, shop.Gallery.ViewCount);
            ChunkItem[] swapped = [Item("blå", Jpeg(SKColors.Red, SKColors.Black)), Item("röd", Jpeg(SKColors.Black, SKColors.Blue))];
            receipt = await shop.ApplyAsync(await shop.SignAsync(swapped, 2));
            Assert.Equal("canary", receipt!.Refusal!.Check);
            Assert.Contains("röd", receipt.Refusal.Text, StringComparison.Ordinal);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    internal static byte[] Jpeg(SKColor top, SKColor bottom)
    {
        using var bitmap = new SKBitmap(32, 32);
        using (var canvas = new SKCanvas(bitmap))
        {
            using var paint = new SKPaint { Color = bottom };
            canvas.Clear(top);
            canvas.DrawRect(0, 16, 32, 16, paint);
        }

        using var data = bitmap.Encode(SKEncodedImageFormat.Jpeg, 95);
        return data.ToArray();
    }

    internal static ChunkItem Item(string id, byte[] jpeg) => new(id, id, null, [new ChunkView(null, jpeg)]);

    private static string Find(Shop shop, int seed)
    {
        using var lease = shop.Index.Borrow();
        var hits = new SearchHit[1];
        lease.Index.Search(HalfVector.Read(ChunkTests.View(seed, Shop.Dimension).Vector), 1, 1, hits);
        return lease.Index.Items[hits[0].Item].Id;
    }
}
