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

    [Fact]
    public async Task A_graph_follows_the_exact_index_and_changes_meanwhile_are_not_lost()
    {
        using var gallery = new TemporaryGallery();
        Fill(gallery, 3000, seed: 1);
        await using var live = LiveIndex.Open(gallery.Store, new IndexOptions { Kind = "hnsw" });
        for (var round = 0; round < 3; round++)
        {
            gallery.Store.Add(Item($"new {round}"), [View(1, 0, 0, round)]);
            await live.RefreshAsync(TestContext.Current.CancellationToken);
            using var lease = live.Borrow();
            Assert.Equal(gallery.Store.Generation, lease.Index.Generation);
        }

        await GraphAsync(live);
        Assert.Equal("new 0", Best(live));
        Assert.Null(live.GraphFault);
    }

    [Fact]
    public async Task Readers_of_a_graph_go_on_while_generations_swap()
    {
        using var gallery = new TemporaryGallery();
        Fill(gallery, 200, seed: 2);
        gallery.Store.Add(Item("mark 0", "mark"), [View(1, 0, 0, 0)]);
        await using var live = LiveIndex.Open(gallery.Store, new IndexOptions { Kind = "hnsw" });
        await GraphAsync(live);
        using var stop = new CancellationTokenSource();
        var readers = Enumerable.Range(0, 16).Select(_ => Task.Factory.StartNew(
            () =>
            {
                var (hits, searches) = (new SearchHit[4], 0);
                do
                {
                    using var lease = live.Borrow();
                    lease.Index.Search([1, 0, 0, 0, 1, 0, 0, 0], 2, 2, hits);
                    Assert.Equal("mark", lease.Index.Items[hits[0].Item].Label);
                    Assert.Equal(hits[0], hits[2]);
                    searches++;
                }
                while (!stop.IsCancellationRequested);
                return searches;
            },
            CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default)).ToArray();
        for (var round = 1; round <= 5; round++)
        {
            gallery.Store.Batch(store =>
            {
                store.Remove($"mark {round - 1}");
                store.Add(Item($"mark {round}", "mark"), [View(1, 0, 0, 0)]);
            });
            await live.RefreshAsync(TestContext.Current.CancellationToken);
        }

        await GraphAsync(live);
        await stop.CancelAsync();
        Assert.All(await Task.WhenAll(readers), searches => Assert.True(searches > 0));
    }

    [Fact]
    public async Task Closing_while_a_graph_is_built_waits_for_its_end()
    {
        using var gallery = new TemporaryGallery();
        Fill(gallery, 5000, seed: 3);
        var live = LiveIndex.Open(gallery.Store, new IndexOptions { Kind = "hnsw" });
        var lease = live.Borrow();
        await live.DisposeAsync();
        var hits = new SearchHit[1];
        lease.Index.Search([1, 0, 0, 0], 1, 1, hits);
        Assert.True(hits[0].Item >= 0);
        lease.Dispose();
    }

    [Fact]
    public async Task Opening_does_not_wait_for_the_graph()
    {
        using var gallery = new TemporaryGallery();
        Fill(gallery, 6000, seed: 4);
        await using var live = LiveIndex.Open(gallery.Store, new IndexOptions { Kind = "auto", ExactUpTo = 1000, ExpansionAdd = 512 });
        using var lease = live.Borrow();
        Assert.Equal("exact", lease.Index.Kind);
        Assert.Equal(6000, lease.Index.ViewCount);
    }

    [Fact]
    public async Task Without_the_library_auto_stays_exact_and_says_why()
    {
        var folder = Directory.CreateTempSubdirectory("no-usearch").FullName;
        foreach (var file in Directory.EnumerateFiles(AppContext.BaseDirectory, "*", SearchOption.AllDirectories))
        {
            var copy = Path.Combine(folder, Path.GetRelativePath(AppContext.BaseDirectory, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            if (!file.Contains("libusearch", StringComparison.Ordinal))
            {
                File.Copy(file, copy);
            }
        }

        try
        {
            using var child = System.Diagnostics.Process.Start(new System.Diagnostics.ProcessStartInfo(
                "dotnet", [Path.Combine(folder, "ShiTu.Index.Tests.dll"), "-method", $"*.{nameof(In_a_folder_without_the_library)}", "-explicit", "only"])
            { RedirectStandardOutput = true })!;
            var output = await child.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
            await child.WaitForExitAsync(TestContext.Current.CancellationToken);
            Assert.Matches("Total: 1, Errors: 0, Failed: 0, Skipped: 0", output);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact(Explicit = true)]
    public async Task In_a_folder_without_the_library()
    {
        using var gallery = new TemporaryGallery();
        Fill(gallery, 200, seed: 5);
        await using (var live = LiveIndex.Open(gallery.Store, new IndexOptions { ExactUpTo = 100 }))
        {
            Assert.Contains("libusearch_c.so", live.GraphFault, StringComparison.Ordinal);
            gallery.Store.Add(Item("a"), [View(1, 0, 0, 0)]);
            await live.RefreshAsync(TestContext.Current.CancellationToken);
            using var lease = live.Borrow();
            Assert.Equal("exact", lease.Index.Kind);
            Assert.Equal("a", Best(live));
        }

        Assert.Contains("libusearch_c.so", Assert.Throws<DllNotFoundException>(() => LiveIndex.Open(gallery.Store, new IndexOptions { Kind = "hnsw" })).Message, StringComparison.Ordinal);
    }

    private static void Fill(TemporaryGallery gallery, int items, int seed)
    {
        var random = new Random(seed);
        gallery.Store.Batch(store =>
        {
            for (var item = 0; item < items; item++)
            {
                store.Add(Item($"{item:0000}"), [View(-random.NextSingle(), random.NextSingle() - 0.5f, random.NextSingle() - 0.5f, random.NextSingle() - 0.5f)]);
            }
        });
    }

    private static async Task GraphAsync(LiveIndex live)
    {
        while (true)
        {
            using (var lease = live.Borrow())
            {
                if (lease.Index.Kind == "hnsw")
                {
                    return;
                }
            }

            await Task.Delay(20, TestContext.Current.CancellationToken);
        }
    }

    private static string? Best(LiveIndex live)
    {
        using var lease = live.Borrow();
        var hits = new SearchHit[1];
        lease.Index.Search([1, 0, 0, 0], 1, 1, hits);
        return hits[0].Item < 0 ? null : lease.Index.Items[hits[0].Item].Id;
    }
}
