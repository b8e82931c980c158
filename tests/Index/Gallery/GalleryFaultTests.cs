using ShiTu.Index.Gallery;
using ShiTu.TestKit.Disks;
using Xunit;
using static ShiTu.Index.Tests.TemporaryGallery;

namespace ShiTu.Index.Tests.Gallery;

public sealed class GalleryFaultTests
{
    private const int Dimension = 512;
    private const int Items = 6;

    [Fact]
    public Task A_fault_at_any_write_loses_nothing_that_was_acknowledged() => FaultyDisk.RunAsync(typeof(GalleryFaultTests), nameof(With_a_fault_at_every_write));

    [Fact]
    [Trait("Speed", "slow")]
    public Task Every_fault_at_every_write_loses_nothing_that_was_acknowledged() => FaultyDisk.RunAsync(typeof(GalleryFaultTests), nameof(With_a_fault_at_every_write), thorough: true);

    [Fact(Explicit = true)]
    public void With_a_fault_at_every_write()
    {
        var step = FaultyDisk.IsThorough ? 1 : 7;
        foreach (var fault in Enum.GetValues<DiskFault>())
        {
            foreach (var lasting in (ReadOnlySpan<bool>)[false, true])
            {
                var at = 1;
                while (WriteWith(fault, lasting, at))
                {
                    at += step;
                }

                Assert.True(at > 10, $"{fault}: only {at} writes.");
                TestContext.Current.TestOutputHelper?.WriteLine($"{fault}, lasting {lasting}: {(at - 1) / step} runs");
            }
        }
    }

    [Fact]
    public void A_log_cut_or_torn_anywhere_leaves_a_whole_prefix_of_what_was_written()
    {
        using var gallery = new TemporaryGallery(Dimension);
        var base0 = gallery.FilePath + ".base";
        for (var number = 0; number < Items; number++)
        {
            gallery.Store.Add(Item(GalleryWriter.Id(number)), GalleryWriter.Views(number));
        }

        File.Copy(gallery.FilePath, base0);
        var log = File.ReadAllBytes(gallery.FilePath + "-wal");
        var seen = new HashSet<int>();
        for (var length = 0; length <= log.Length; length += 2003)
        {
            seen.Add(Reopen(base0, log.AsSpan(0, length)));
        }

        for (var page = 32; page < log.Length; page += 4120)
        {
            var torn = log.ToArray();
            torn.AsSpan(page + 24, Math.Min(512, torn.Length - page - 24)).Clear();
            Reopen(base0, torn);
        }

        Assert.Equal(Items, Reopen(base0, log));
        Assert.True(seen.Count >= 3, $"Only {seen.Count} different prefixes were seen.");
    }

    [Fact]
    public void A_file_without_its_last_page_is_refused_and_named()
    {
        using var gallery = new TemporaryGallery(Dimension);
        gallery.Store.Batch(store =>
        {
            for (var number = 0; number < Items; number++)
            {
                store.Add(Item(GalleryWriter.Id(number)), GalleryWriter.Views(number));
            }
        });
        gallery.Store.Dispose();
        using (var file = File.OpenWrite(gallery.FilePath))
        {
            file.SetLength(file.Length - 4096);
        }

        var error = Assert.Throws<GalleryException>(() => GalleryStore.Open(gallery.FilePath, Model, Dimension));
        Assert.Equal(GalleryFault.Corrupt, error.Fault);
        Assert.Contains(gallery.FilePath, error.Message, StringComparison.Ordinal);
    }

    /// <summary>False where there was no such write any more.</summary>
    private static bool WriteWith(DiskFault fault, bool lasting, int at)
    {
        var folder = Directory.CreateTempSubdirectory("gallery-fault").FullName;
        var path = Path.Combine(folder, "gallery.db");
        var (acknowledged, refused) = (new List<string>(), new List<string>());
        FaultyDisk.Arm(path, at, fault, lasting);
        try
        {
            using var store = GalleryStore.Open(path, Model, Dimension);
            for (var number = 0; number < Items; number++)
            {
                try
                {
                    store.Add(Item(GalleryWriter.Id(number)), GalleryWriter.Views(number));
                    acknowledged.Add(GalleryWriter.Id(number));
                }
                catch (GalleryException error)
                {
                    Assert.Equal(GalleryFault.Storage, error.Fault);
                    Assert.Contains(path, error.Message, StringComparison.Ordinal);
                    refused.Add(GalleryWriter.Id(number));
                }
            }
        }
        catch (GalleryException error)
        {
            Assert.Equal(GalleryFault.Storage, error.Fault);
        }

        var writes = FaultyDisk.Disarm();
        using (var store = GalleryStore.Open(path, Model, Dimension))
        {
            var context = $"{fault}, lasting {lasting}, at write {at}";
            Assert.True(store.Verify() is [], context);
            string[] found = [.. store.Items().Select(item => item.Id)];
            Assert.True(acknowledged.All(found.Contains) && found.All(id => acknowledged.Contains(id) || refused.Contains(id)), $"{context}: {string.Join(", ", found)}");
            Assert.All(found, id => Assert.Equal(GalleryWriter.Views(int.Parse(id.AsSpan(5), System.Globalization.CultureInfo.InvariantCulture)).Length, store.Views(id).Count));
            store.Add(Item("after"), [GalleryWriter.Views(0)[0]]);
        }

        Directory.Delete(folder, recursive: true);
        return writes >= at;
    }

    private static int Reopen(string base0, ReadOnlySpan<byte> log)
    {
        var copy = $"{base0}-{Guid.NewGuid():N}";
        File.Copy(base0, copy);
        File.WriteAllBytes(copy + "-wal", log);
        using var store = GalleryStore.Open(copy, Model, Dimension);
        Assert.Empty(store.Verify());
        var count = store.ItemCount;
        Assert.Equal(Enumerable.Range(0, count).Select(GalleryWriter.Id), store.Items().Select(item => item.Id));
        store.Add(Item("after"), [GalleryWriter.Views(0)[0]]);
        return count;
    }
}
