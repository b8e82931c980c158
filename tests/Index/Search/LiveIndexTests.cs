using System.Diagnostics;
using ShiTu.Index.Generations;
using ShiTu.Index.Search;
using Xunit;
using static ShiTu.Index.Tests.TemporaryGallery;

namespace ShiTu.Index.Tests.Search;

public sealed class LiveIndexTests
{
    // More than what is built anew in no time.
    private const int Large = 3000;

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

    [Theory]
    [InlineData("exact")]
    [InlineData("hnsw")]
    public async Task A_few_changes_of_a_large_gallery_are_searchable_beside_it_as_if_it_were_built_anew(string kind)
    {
        using var gallery = new TemporaryGallery();
        Fill(gallery, Large, seed: 6);
        await using var live = LiveIndex.Open(gallery.Store, new IndexOptions { Kind = kind });
        live.Settling = TimeSpan.FromHours(1);
        await UntilAsync(live, index => index.Kind == kind);
        var queries = new Random(7);
        for (var round = 0; round < 6; round++)
        {
            gallery.Store.Batch(store =>
            {
                store.Remove($"{round:0000}");
                store.Relabel($"{round + 10:0000}", $"{round + 20:0000}");
                store.Replace(Item($"{round + 30:0000}", $"moved {round}"), [View(1, 0.1f * round, 0, 0), View(0, 1, 0.1f * round, 0)]);
                store.Add(Item($"new {round}", "new"), [View(1, 0, 0.1f * round, 0)]);
            });
            await live.RefreshAsync(TestContext.Current.CancellationToken);
            using var lease = live.Borrow();
            Assert.True(lease.Index.IsPatched);
            Assert.Equal((kind, gallery.Store.Generation, gallery.Store.ContentHash()), (lease.Index.Kind, lease.Index.Generation, lease.Index.ContentHash));
            Assert.Equal((gallery.Store.ItemCount, gallery.Store.ViewCount, 0), (lease.Index.ItemCount, lease.Index.ViewCount, lease.Index.LocalItemCount));
            using var oracle = IndexGeneration.Build(gallery.Store, new IndexOptions { Kind = "exact" }, TestContext.Current.CancellationToken);
            for (var query = 0; query < 200; query++)
            {
                // Every other one looks where the new items are.
                float[] vector = query % 2 == 0 ? [1, 0.3f * queries.NextSingle(), 0.3f * queries.NextSingle(), 0] : [.. Enumerable.Range(0, 4).Select(_ => queries.NextSingle() - 0.5f)];
                var wanted = kind == "exact" ? 5 : 1;
                Assert.Equal(Labels(oracle, vector, wanted), Labels(lease.Index, vector, wanted));
            }
        }
    }

    [Fact]
    public async Task A_large_gallery_that_is_left_alone_is_built_again_as_a_whole_with_the_changes_that_came_meanwhile()
    {
        using var gallery = new TemporaryGallery();
        Fill(gallery, Large, seed: 8);
        await using var live = LiveIndex.Open(gallery.Store, new IndexOptions { Kind = "hnsw" });
        live.Settling = TimeSpan.FromMilliseconds(1);
        for (var round = 0; round < 20; round++)
        {
            gallery.Store.Replace(Item("mark", $"{round}"), [View(1, 0, 0, 0)]);
            await live.RefreshAsync(TestContext.Current.CancellationToken);
            using var lease = live.Borrow();
            Assert.Equal($"{round}", Labels(lease.Index, [1, 0, 0, 0], 1)[0].Label);
            await Task.Delay(10, TestContext.Current.CancellationToken);
        }

        await UntilAsync(live, index => index is { IsPatched: false, Kind: "hnsw" } && index.Generation == gallery.Store.Generation);
        Assert.Equal("mark", Best(live));
    }

    [Fact]
    public async Task More_changes_than_fit_beside_a_large_gallery_and_those_of_another_process_are_searchable_too()
    {
        using var gallery = new TemporaryGallery();
        Fill(gallery, Large, seed: 9);
        await using var live = LiveIndex.Open(gallery.Store, new IndexOptions { Kind = "exact" });
        gallery.Store.Batch(store => Enumerable.Range(0, 1000).ToList().ForEach(item => store.Remove($"{item:0000}")));
        await live.RefreshAsync(TestContext.Current.CancellationToken);
        using (var other = Index.Gallery.GalleryStore.Open(gallery.FilePath, Model, 4))
        {
            other.Add(Item("other"), [View(1, 0, 0, 0)]);
        }

        gallery.Store.Remove("1001");
        await live.RefreshAsync(TestContext.Current.CancellationToken);
        using var lease = live.Borrow();
        Assert.Equal(Large - 1000, lease.Index.ItemCount);
        Assert.Equal("other", Best(live));
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

    private static (string Label, float Similarity)[] Labels(IndexGeneration index, float[] query, int count)
    {
        var hits = new SearchHit[count];
        index.Search(query, 1, count, hits);
        return [.. hits.Select(hit => (hit.Item < 0 ? "" : index.Items[hit.Item].Label, MathF.Round(hit.Similarity, 5)))];
    }

    private static Task GraphAsync(LiveIndex live) => UntilAsync(live, index => index.Kind == "hnsw");

    private static async Task UntilAsync(LiveIndex live, Func<IndexGeneration, bool> condition)
    {
        var start = Stopwatch.GetTimestamp();
        while (true)
        {
            Assert.True(Stopwatch.GetElapsedTime(start) < TimeSpan.FromMinutes(3), $"The index did not come to what was waited for; fault: {live.GraphFault ?? "none"}.");
            using (var lease = live.Borrow())
            {
                if (condition(lease.Index))
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
