using ShiTu.Index.Gallery;
using Xunit;
using static ShiTu.Index.Tests.TemporaryGallery;

namespace ShiTu.Index.Tests.Gallery;

public sealed class GalleryStoreTests
{
    [Fact]
    public void Items_and_views_survive_reopening_with_labels_verbatim()
    {
        using var gallery = new TemporaryGallery();
        gallery.Store.Add(new GalleryItem("sku 1", "Gräddfil 3 dl, 牛奶 قهوة", "a note", true), [View(3, 0, 0, 4), View(0, 1, 0, 0)]);
        gallery.Reopen();
        Assert.Equal([new GalleryItem("sku 1", "Gräddfil 3 dl, 牛奶 قهوة", "a note", true)], gallery.Store.Items());
        Assert.Equal([0.6f, 0, 0, 0.8f], gallery.Store.Views("sku 1")[0].Vector);
        Assert.Equal((1, 2, 1L), (gallery.Store.ItemCount, gallery.Store.ViewCount, gallery.Store.Generation));
        Assert.Empty(gallery.Store.Verify());
    }

    [Fact]
    public void A_gallery_of_another_model_is_refused_and_both_are_named()
    {
        using var gallery = new TemporaryGallery();
        var error = Assert.Throws<GalleryException>(() => GalleryStore.Open(gallery.FilePath, "other@ffff0000", 4));
        Assert.Equal(GalleryFault.OtherModel, error.Fault);
        Assert.Contains(Model, error.Message, StringComparison.Ordinal);
        Assert.Contains("other@ffff0000", error.Message, StringComparison.Ordinal);
        Assert.Contains("8 floats", Assert.Throws<GalleryException>(() => GalleryStore.Open(gallery.FilePath, Model, 8)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0f, 0f, 0f, 0f)]
    [InlineData(1f, float.NaN, 0f, 0f)]
    [InlineData(1f, float.PositiveInfinity, 0f, 0f)]
    public void Zero_and_non_finite_vectors_are_refused_and_nothing_changes(float a, float b, float c, float d)
    {
        using var gallery = new TemporaryGallery();
        var error = Assert.Throws<GalleryException>(() => gallery.Store.Add(Item("a"), [View(1, 0, 0, 0), View(a, b, c, d)]));
        Assert.Equal(GalleryFault.BadVector, error.Fault);
        Assert.Equal((0, 0L), (gallery.Store.ViewCount, gallery.Store.Generation));
    }

    [Fact]
    public void A_vector_of_another_length_is_refused()
    {
        using var gallery = new TemporaryGallery();
        Assert.Contains("3 floats", Assert.Throws<GalleryException>(() => gallery.Store.Add(Item("a"), [View(1, 0, 0)])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Adding_to_an_item_appends_and_another_label_for_it_is_refused()
    {
        using var gallery = new TemporaryGallery();
        gallery.Store.Add(Item("a", "Apple"), [View(1, 0, 0, 0)]);
        gallery.Store.Add(Item("a", "Apple"), [View(0, 1, 0, 0)]);
        Assert.Equal(2, gallery.Store.Views("a").Count);
        Assert.Equal(GalleryFault.Item, Assert.Throws<GalleryException>(() => gallery.Store.Add(Item("a", "Pear"), [View(0, 0, 1, 0)])).Fault);
        Assert.Equal(2L, gallery.Store.Generation);
    }

    [Fact]
    public void Replace_remove_and_relabel_do_what_they_say()
    {
        using var gallery = new TemporaryGallery();
        gallery.Store.Add(Item("a"), [View(1, 0, 0, 0), View(0, 1, 0, 0)]);
        gallery.Store.Replace(Item("a", "A"), [View(0, 0, 1, 0)]);
        Assert.Equal([0, 0, 1, 0], Assert.Single(gallery.Store.Views("a")).Vector);
        Assert.True(gallery.Store.Relabel("a", "B"));
        Assert.Equal("B", Assert.Single(gallery.Store.Items()).Label);
        Assert.True(gallery.Store.Remove("a"));
        Assert.Equal((0, 0, 4L), (gallery.Store.ItemCount, gallery.Store.ViewCount, gallery.Store.Generation));
        Assert.False(gallery.Store.Remove("a"));
        Assert.False(gallery.Store.Relabel("a", "C"));
        Assert.Equal(4L, gallery.Store.Generation);
    }

    [Fact]
    public void A_batch_is_one_generation_and_all_or_nothing()
    {
        using var gallery = new TemporaryGallery();
        gallery.Store.Batch(store =>
        {
            store.Add(Item("a"), [View(1, 0, 0, 0)]);
            store.Batch(inner => inner.Add(Item("b"), [View(0, 1, 0, 0)]));
        });
        Assert.Equal((2, 1L), (gallery.Store.ItemCount, gallery.Store.Generation));
        var hash = gallery.Store.ContentHash();
        Assert.Throws<GalleryException>(() => gallery.Store.Batch(store =>
        {
            store.Remove("a");
            store.Add(Item("c"), [View(0, 0, 0, 0)]);
        }));
        Assert.Equal((2, 1L, hash), (gallery.Store.ItemCount, gallery.Store.Generation, gallery.Store.ContentHash()));
    }

    [Fact]
    public void Replacing_what_the_head_office_owns_keeps_local_items()
    {
        using var gallery = new TemporaryGallery();
        gallery.Store.Add(Item("mine", local: true), [View(1, 0, 0, 0)]);
        gallery.Store.Add(Item("old"), [View(0, 1, 0, 0)]);
        gallery.Store.ReplaceOwned([(Item("new"), [View(0, 0, 1, 0)])]);
        Assert.Equal(["mine", "new"], gallery.Store.Items().Select(item => item.Id));
        Assert.Equal(1, gallery.Store.LocalItemCount);
    }

    [Fact]
    public void A_local_item_stays_where_the_head_office_brings_the_same_id()
    {
        using var gallery = new TemporaryGallery();
        gallery.Store.Add(Item("both", "of the shop", local: true), [View(1, 0, 0, 0)]);
        Assert.Equal(["both"], gallery.Store.ReplaceOwned([(Item("both", "of the head office"), [View(0, 1, 0, 0)]), (Item("new"), [View(0, 0, 1, 0)])]));
        Assert.Equal([Item("both", "of the shop", local: true), Item("new")], gallery.Store.Items());
        Assert.Equal([1, 0, 0, 0], Assert.Single(gallery.Store.Views("both")).Vector);
        Assert.Empty(gallery.Store.Verify());
    }

    [Fact]
    public void Removing_what_is_not_there_is_told_inside_a_batch_too()
    {
        using var gallery = new TemporaryGallery();
        gallery.Store.Add(Item("a"), [View(1, 0, 0, 0)]);
        gallery.Store.Batch(store =>
        {
            Assert.True(store.Remove("a"));
            Assert.False(store.Remove("a"));
        });
    }

    [Fact]
    public void The_content_hash_does_not_depend_on_the_order_of_adding()
    {
        using var left = new TemporaryGallery();
        using var right = new TemporaryGallery();
        left.Store.Add(Item("a"), [View(1, 0, 0, 0), View(0, 1, 0, 0)]);
        left.Store.Add(Item("b"), [View(0, 0, 1, 0)]);
        right.Store.Add(Item("b"), [View(0, 0, 1, 0)]);
        right.Store.Add(Item("a"), [View(0, 1, 0, 0)]);
        right.Store.Add(Item("a"), [View(1, 0, 0, 0)]);
        Assert.Equal(left.Store.ContentHash(), right.Store.ContentHash());
        right.Store.Relabel("b", "c");
        Assert.NotEqual(left.Store.ContentHash(), right.Store.ContentHash());
    }

    [Fact]
    public void A_damaged_file_is_refused_and_named()
    {
        using var gallery = new TemporaryGallery();
        gallery.Store.Batch(store =>
        {
            for (var i = 0; i < 200; i++)
            {
                store.Add(Item($"item {i}"), [View(1, i, 0, 0)]);
            }
        });
        gallery.Store.Dispose();
        var bytes = File.ReadAllBytes(gallery.FilePath);
        bytes.AsSpan(4096, bytes.Length - 4096).Fill(0x5a);
        File.WriteAllBytes(gallery.FilePath, bytes);
        var error = Assert.Throws<GalleryException>(() => GalleryStore.Open(gallery.FilePath, Model, 4));
        Assert.Equal(GalleryFault.Corrupt, error.Fault);
        Assert.Contains(gallery.FilePath, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("no database, just some text that is longer than the header of a database file, which has one hundred bytes in all")]
    [InlineData("short")]
    public void A_foreign_file_is_refused_and_left_as_it_is(string content)
    {
        using var gallery = new TemporaryGallery();
        var path = gallery.FilePath + ".foreign";
        File.WriteAllText(path, content);
        Assert.Equal(GalleryFault.Corrupt, Assert.Throws<GalleryException>(() => GalleryStore.Open(path, Model, 4)).Fault);
        Assert.Equal(content, File.ReadAllText(path));
    }

    [Fact]
    public void A_missing_file_is_made_for_writing_and_an_error_for_reading()
    {
        using var gallery = new TemporaryGallery();
        Assert.Contains("gallery build", Assert.Throws<GalleryException>(() => GalleryStore.OpenReadOnly(gallery.FilePath + ".none")).Message, StringComparison.Ordinal);
        Assert.Throws<GalleryException>(() => GalleryStore.Open("/nowhere/at/all/gallery.db", Model, 4));
    }
}
