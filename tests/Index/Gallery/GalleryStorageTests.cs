using ShiTu.Index.Gallery;
using ShiTu.Index.Generations;
using ShiTu.TestKit.Disks;
using Xunit;
using static ShiTu.Index.Tests.TemporaryGallery;

namespace ShiTu.Index.Tests.Gallery;

public sealed class GalleryStorageTests
{
    [Fact]
    public void A_full_disk_is_named_and_nothing_acknowledged_is_lost()
    {
        using var disk = SmallDisk.Mount("1m");
        var path = Path.Combine(disk.Folder, "gallery.db");
        var kept = 0;
        using (var store = GalleryStore.Open(path, Model, 512))
        {
            var error = Assert.Throws<GalleryException>(() =>
            {
                for (; kept < 10_000; kept++)
                {
                    store.Add(Item($"item {kept:00000}"), [Random(kept)]);
                }
            });
            Assert.Equal(GalleryFault.Storage, error.Fault);
            Assert.Contains(path, error.Message, StringComparison.Ordinal);
            Assert.Contains("space", error.Message, StringComparison.Ordinal);
            Assert.True(kept > 20);
            Assert.Equal(((long)kept, kept), (store.Generation, store.ItemCount));
            Assert.Throws<GalleryException>(() => store.Batch(inner =>
            {
                inner.Remove("item 00000");
                inner.Add(Item("many"), [.. Enumerable.Range(0, 2000).Select(Random)]);
            }));
            Assert.Equal(((long)kept, kept), (store.Generation, store.ItemCount));
        }

        using var again = GalleryStore.Open(path, Model, 512);
        Assert.Empty(again.Verify());
        Assert.Equal(kept, again.ItemCount);
    }

    [Fact]
    public void A_disk_that_may_not_be_written_is_named()
    {
        using var disk = SmallDisk.Mount("4m");
        var path = Path.Combine(disk.Folder, "gallery.db");
        using (var store = GalleryStore.Open(path, Model, 4))
        {
            store.Add(Item("a"), [View(1, 0, 0, 0)]);
        }

        disk.Remount("ro");
        var error = Assert.Throws<GalleryException>(() =>
        {
            using var store = GalleryStore.Open(path, Model, 4);
            store.Add(Item("b"), [View(0, 1, 0, 0)]);
        });
        Assert.Equal(GalleryFault.Storage, error.Fault);
        Assert.Contains(path, error.Message, StringComparison.Ordinal);
        Assert.Equal(GalleryFault.Storage, Assert.Throws<GalleryException>(() => GalleryStore.Open(Path.Combine(disk.Folder, "new.db"), Model, 4)).Fault);
        disk.Remount("rw");
        using var again = GalleryStore.Open(path, Model, 4);
        Assert.Equal("a", Assert.Single(again.Items()).Id);
    }

    [Fact]
    public void An_empty_file_is_no_new_gallery()
    {
        using var gallery = new TemporaryGallery();
        var path = gallery.FilePath + ".empty";
        File.WriteAllBytes(path, []);
        var error = Assert.Throws<GalleryException>(() => GalleryStore.Open(path, Model, 4));
        Assert.Equal(GalleryFault.Corrupt, error.Fault);
        Assert.Contains("0 bytes", error.Message, StringComparison.Ordinal);
        Assert.Equal(0, new FileInfo(path).Length);
    }

    [Fact]
    public void A_lost_file_whose_log_is_there_is_no_new_gallery()
    {
        using var gallery = new TemporaryGallery();
        var path = gallery.FilePath + ".lost";
        File.WriteAllBytes(path + "-wal", new byte[5000]);
        var error = Assert.Throws<GalleryException>(() => GalleryStore.Open(path, Model, 4));
        Assert.Equal(GalleryFault.Corrupt, error.Fault);
        Assert.Contains(path + "-wal", error.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(path));
    }

    [Fact]
    public void A_database_of_another_program_is_left_as_it_is()
    {
        using var gallery = new TemporaryGallery();
        var path = gallery.FilePath + ".other";
        using (var other = new Microsoft.Data.Sqlite.SqliteConnection($"Data Source={path};Pooling=False"))
        {
            other.Open();
            using var command = other.CreateCommand();
            command.CommandText = "PRAGMA user_version = 7; CREATE TABLE t (x); DROP TABLE t";
            command.ExecuteNonQuery();
        }

        var before = File.ReadAllBytes(path);
        var error = Assert.Throws<GalleryException>(() => GalleryStore.Open(path, Model, 4));
        Assert.Equal(GalleryFault.Corrupt, error.Fault);
        Assert.Contains("no gallery", error.Message, StringComparison.Ordinal);
        Assert.Equal(before, File.ReadAllBytes(path));
    }

    [Theory]
    [InlineData(0.1)]
    [InlineData(0.5)]
    [InlineData(0.95)]
    public void A_truncated_file_is_refused_and_named(double share)
    {
        using var gallery = Filled();
        var length = new FileInfo(gallery.FilePath).Length;
        using (var file = File.OpenWrite(gallery.FilePath))
        {
            file.SetLength((long)(length * share));
        }

        var error = Assert.Throws<GalleryException>(() => GalleryStore.Open(gallery.FilePath, Model, 512));
        Assert.Equal(GalleryFault.Corrupt, error.Fault);
        Assert.Contains(gallery.FilePath, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_vector_in_which_one_bit_turned_is_found_by_verify_and_by_the_index()
    {
        using var gallery = Filled();
        var bytes = File.ReadAllBytes(gallery.FilePath);
        var vector = System.Runtime.InteropServices.MemoryMarshal.AsBytes(Unit(Random(17).Vector).AsSpan());
        var at = bytes.AsSpan().IndexOf(vector[..64]);
        Assert.True(at > 0);
        bytes[at + 20] ^= 1;
        File.WriteAllBytes(gallery.FilePath, bytes);
        gallery.Reopen();
        Assert.Contains("item 00017", Assert.Single(gallery.Store.Verify()), StringComparison.Ordinal);
        var error = Assert.Throws<GalleryException>(() => IndexGeneration.Build(gallery.Store, new IndexOptions(), TestContext.Current.CancellationToken));
        Assert.Equal(GalleryFault.Corrupt, error.Fault);
        Assert.Contains("item 00017", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_label_that_turned_into_another_is_found_by_verify_and_by_the_index()
    {
        using var gallery = new TemporaryGallery();
        gallery.Store.Batch(store =>
        {
            store.Add(Item("sku-1", "Strawberry yoghurt"), [View(1, 0, 0, 0)]);
            store.Add(Item("sku-2", "Raspberry yoghurt"), [View(0, 1, 0, 0)]);
        });
        var hash = gallery.Store.ContentHash();
        gallery.Store.Dispose();
        var bytes = File.ReadAllBytes(gallery.FilePath);
        bytes[bytes.AsSpan().IndexOf("Strawberry"u8)] ^= 1;
        File.WriteAllBytes(gallery.FilePath, bytes);
        gallery.Reopen();
        Assert.Contains(hash, Assert.Single(gallery.Store.Verify()), StringComparison.Ordinal);
        var error = Assert.Throws<GalleryException>(() => LiveIndex.Open(gallery.Store, new IndexOptions()));
        Assert.Equal(GalleryFault.Corrupt, error.Fault);
        Assert.Contains(hash, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_copy_has_the_same_content_and_stands_alone()
    {
        using var gallery = Filled();
        gallery.Reopen();
        var copy = gallery.FilePath + ".copy";
        gallery.Store.CopyTo(copy);
        using var store = GalleryStore.OpenReadOnly(copy);
        Assert.Equal((gallery.Store.ContentHash(), gallery.Store.Generation), (store.ContentHash(), store.Generation));
        Assert.Empty(store.Verify());
    }

    private static TemporaryGallery Filled()
    {
        var gallery = new TemporaryGallery(512);
        gallery.Store.Batch(store =>
        {
            for (var number = 0; number < 60; number++)
            {
                store.Add(Item($"item {number:00000}"), [Random(number)]);
            }
        });
        gallery.Store.Dispose();
        return gallery;
    }

    private static GalleryView Random(int seed)
    {
        var random = new Random(seed);
        return View([.. Enumerable.Range(0, 512).Select(_ => random.NextSingle() - 0.5f)]);
    }

    private static float[] Unit(float[] vector)
    {
        var unit = new float[vector.Length];
        System.Numerics.Tensors.TensorPrimitives.Divide(vector, System.Numerics.Tensors.TensorPrimitives.Norm<float>(vector), unit);
        return unit;
    }
}
