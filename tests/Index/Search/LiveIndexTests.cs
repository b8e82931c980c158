using ShiTu.Index.Generations;
using ShiTu.Index.Search;
using Xunit;
using static ShiTu.Index.Tests.TemporaryGallery;

namespace ShiTu.Index.Tests.Search;

public sealed class LiveIndexTests
{
    [Theory]
    [InlineData("exact")]
    [InlineData("hnsw")]
    public async Task A_change_is_searchable_when_the_refresh_returns(string kind)
    {
        using var gallery = new TemporaryGallery();
        await using var live = LiveIndex.Open(gallery.Store, new IndexOptions { Kind = kind });
        Assert.Null(Best(live));
        gallery.Store.Add(Item("a"), [View(1, 0, 0, 0)]);
        await live.RefreshAsync(TestContext.Current.CancellationToken);
        Assert.Equal("a", Best(live));
    }

    [Fact]
    public async Task A_lease_keeps_its_generation_while_others_are_swapped_in()
    {
        using var gallery = new TemporaryGallery();
        gallery.Store.Add(Item("a"), [View(1, 0, 0, 0)]);
        await using var live = LiveIndex.Open(gallery.Store, new IndexOptions());
        using var lease = live.Borrow();
        gallery.Store.Replace(Item("b"), [View(1, 0, 0, 0)]);
        gallery.Store.Remove("a");
        await live.RefreshAsync(TestContext.Current.CancellationToken);
        var hits = new SearchHit[1];
        lease.Index.Search([1, 0, 0, 0], 1, 1, hits);
        Assert.Equal("a", lease.Index.Items[hits[0].Item].Id);
        Assert.Equal("b", Best(live));
    }

    [Fact]
    public async Task Readers_never_see_half_a_change_while_generations_swap()
    {
        using var gallery = new TemporaryGallery();
        gallery.Store.Add(Item("a0", "0"), [View(1, 0, 0, 0)]);
        gallery.Store.Add(Item("b0", "0b"), [View(0, 1, 0, 0)]);
        await using var live = LiveIndex.Open(gallery.Store, new IndexOptions());
        using var stop = new CancellationTokenSource();
        var readers = Enumerable.Range(0, 4).Select(_ => Task.Factory.StartNew(
            () =>
            {
                var (hits, searches) = (new SearchHit[2], 0);
                while (!stop.IsCancellationRequested)
                {
                    using var lease = live.Borrow();
                    lease.Index.Search([1, 0, 0, 0, 0, 1, 0, 0], 2, 1, hits);
                    Assert.Equal(lease.Index.Items[hits[0].Item].Label + "b", lease.Index.Items[hits[1].Item].Label);
                    searches++;
                }

                return searches;
            },
            stop.Token, TaskCreationOptions.LongRunning, TaskScheduler.Default)).ToArray();
        for (var round = 1; round <= 60; round++)
        {
            gallery.Store.Batch(store =>
            {
                store.Relabel("a0", $"{round}");
                store.Relabel("b0", $"{round}b");
            });
            await live.RefreshAsync(TestContext.Current.CancellationToken);
        }

        await stop.CancelAsync();
        Assert.All(await Task.WhenAll(readers), searches => Assert.True(searches > 0));
    }

    private static string? Best(LiveIndex live)
    {
        using var lease = live.Borrow();
        var hits = new SearchHit[1];
        lease.Index.Search([1, 0, 0, 0], 1, 1, hits);
        return hits[0].Item < 0 ? null : lease.Index.Items[hits[0].Item].Id;
    }
}
