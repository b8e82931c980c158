using Microsoft.Data.Sqlite;
using ShiTu.EdgeAgent.GalleryUpdates;
using ShiTu.Index.Gallery;
using ShiTu.Index.Generations;
using Xunit;

namespace ShiTu.EdgeAgent.Tests.GalleryUpdates;

public sealed class GalleryRecoveryTests
{
    [Fact]
    public async Task A_new_gallery_that_does_not_load_gives_way_to_the_one_before_and_is_not_taken_again()
    {
        await using var shop = await TwoGenerationsAsync();
        shop.State.Apply(shop.State.Applied!, shop.State.Previous, shop.Clock.GetUtcNow());
        var second = shop.State.Applied!;
        var receipt = await ReopenAsync(shop, damage: true);
        Assert.Equal("load", receipt!.Refusal!.Check);
        Assert.Equal((1, 5), (receipt.Generation, receipt.Items));
        Assert.Null(shop.Updater.Status.Previous);
        Assert.Null(await shop.Updater.RecoverAsync(TestContext.Current.CancellationToken));
        Assert.False(shop.Updater.Wants(SignedDocument.Sign(second, shop.Owner), out var refusal));
        Assert.Null(refusal);
        Assert.Empty(shop.Gallery.Verify());
    }

    [Fact]
    public async Task A_gallery_that_was_good_and_is_damaged_is_written_anew_from_its_chunks()
    {
        await using var shop = await TwoGenerationsAsync();
        var receipt = await ReopenAsync(shop, damage: true);
        Assert.True(receipt!.Accepted, receipt.Refusal?.Text);
        Assert.Equal((2, 9), (receipt.Generation, receipt.Items));
        Assert.Empty(shop.Gallery.Verify());
    }

    [Fact]
    public async Task A_new_gallery_over_which_the_process_dies_twice_gives_way_at_the_third_start()
    {
        await using var shop = await TwoGenerationsAsync();
        shop.State.Apply(shop.State.Applied!, shop.State.Previous, shop.Clock.GetUtcNow());
        Assert.Equal(2, shop.State.CountStart() + shop.State.CountStart() - 1);
        var receipt = await ReopenAsync(shop, damage: false);
        Assert.Equal("load", receipt!.Refusal!.Check);
        Assert.Equal(1, shop.Updater.Status.Generation);
    }

    [Fact]
    public async Task A_damaged_gallery_without_any_manifest_is_told_as_it_is()
    {
        await using var shop = new Shop();
        shop.Gallery.Add(new GalleryItem("sku-7", "x", null, Local: true), [new GalleryView(HalfVector.Read(ChunkTests.View(1, Shop.Dimension).Vector), "", "test")]);
        await shop.CloseAsync();
        Damage(shop);
        await Assert.ThrowsAsync<GalleryException>(() => OpenAsync(shop));
        Cut(shop, null);
        shop.Open();
    }

    [Theory]
    [InlineData(0)]
    [InlineData(5000)]
    public async Task A_gallery_file_that_is_cut_off_or_empty_is_set_aside_and_written_anew(int length)
    {
        await using var shop = await TwoGenerationsAsync();
        await shop.CloseAsync();
        Cut(shop, length);
        var receipt = await OpenAsync(shop);
        Assert.True(receipt!.Accepted, receipt.Refusal?.Text);
        shop.Open();
        Assert.Equal((2, 9), (shop.Updater.Status.Generation, shop.Gallery.ItemCount));
        Assert.Contains(Directory.GetFiles(shop.Device), file => file.Contains("gallery.db.damaged-", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_lost_gallery_whose_chunks_are_lost_too_is_empty_says_so_and_takes_its_manifest_again()
    {
        await using var shop = new Shop();
        var output = await shop.SignAsync(ChunkTests.Items(9, Shop.Dimension), 1);
        Assert.True((await shop.ApplyAsync(output))!.Accepted);
        await shop.CloseAsync();
        Cut(shop, 0);
        Array.ForEach(Directory.GetFiles(Path.Combine(shop.Device, "chunks")), File.Delete);
        var receipt = await OpenAsync(shop);
        Assert.Equal("load", receipt!.Refusal!.Check);
        Assert.Equal(0, receipt.Items);
        shop.Open();
        Assert.True(shop.Updater.Unfinished);
        Assert.True((await shop.ApplyAsync(output))!.Accepted);
        Assert.Equal(9, shop.Gallery.ItemCount);
    }

    // Null leaves none at all.
    private static void Cut(Shop shop, int? length)
    {
        var path = Path.Combine(shop.Device, "gallery.db");
        File.Delete(path + "-wal");
        File.Delete(path + "-shm");
        if (length is not { } bytes)
        {
            File.Delete(path);
            return;
        }

        using var file = new FileStream(path, FileMode.Open);
        file.SetLength(bytes);
    }

    private static async Task<Shop> TwoGenerationsAsync()
    {
        var shop = new Shop();
        Assert.True((await shop.ApplyAsync(await shop.SignAsync(ChunkTests.Items(5, Shop.Dimension), 1)))!.Accepted);
        Assert.True((await shop.ApplyAsync(await shop.SignAsync(ChunkTests.Items(9, Shop.Dimension), 2)))!.Accepted);
        return shop;
    }

    private static async Task<Receipt?> ReopenAsync(Shop shop, bool damage)
    {
        await shop.CloseAsync();
        if (damage)
        {
            Damage(shop);
        }

        var receipt = await OpenAsync(shop);
        shop.Open();
        return receipt;
    }

    private static async Task<Receipt?> OpenAsync(Shop shop)
    {
        var path = Path.Combine(shop.Device, "gallery.db");
        using var state = UpdateState.Open(Path.Combine(shop.Device, "updates.db"));
        using var gallery = GalleryRecovery.OpenGallery(path, state, () => GalleryStore.Open(path, shop.Target.Model, Shop.Dimension), shop.Clock);
        using var updater = new GalleryUpdater(shop.Options, shop.Target, shop.Keys, shop.Device, state, gallery, null, null, shop.Clock);
        var (index, receipt) = await GalleryRecovery.OpenIndexAsync(gallery, new IndexOptions { Kind = "exact" }, state, updater, otherModels: false, TestContext.Current.CancellationToken);
        await index.DisposeAsync();
        return receipt;
    }

    private static void Damage(Shop shop) => Execute(shop, "UPDATE views SET vector = x'00' WHERE item = 'sku-7'");

    private static void Execute(Shop shop, string sql)
    {
        using var connection = new SqliteConnection($"Data Source={Path.Combine(shop.Device, "gallery.db")};Pooling=False;Foreign Keys=True");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        Assert.Equal(1, command.ExecuteNonQuery());
    }
}
