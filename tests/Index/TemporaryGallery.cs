using ShiTu.Index.Gallery;
using ShiTu.TestKit;

namespace ShiTu.Index.Tests;

/// <summary>A gallery file in a folder of its own.</summary>
internal sealed class TemporaryGallery : IDisposable
{
    public const string Model = "detector+feature@0123abcd";
    private readonly string _folder = Directory.CreateTempSubdirectory("gallery").FullName;

    public TemporaryGallery(int dimension = 4) => Store = GalleryStore.Open(FilePath, Model, dimension);

    public string FilePath => Path.Combine(_folder, "gallery.db");

    public GalleryStore Store { get; private set; }

    /// <summary>The vectors of upstream's feature model on a gallery of drinks, as items a label.</summary>
    public static TemporaryGallery OfDrinks(Func<int, bool>? take = null)
    {
        var (vectors, labels) = Drinks();
        var gallery = new TemporaryGallery(512);
        gallery.Store.Batch(store =>
        {
            foreach (var group in labels.Select((label, row) => (label, row)).Where(pair => take?.Invoke(pair.row) ?? true).GroupBy(pair => pair.label))
            {
                store.Add(new GalleryItem(group.Key, group.Key, null, false), [.. group.Select(pair => View(vectors.AsSpan(pair.row * 512, 512).ToArray()))]);
            }
        });
        return gallery;
    }

    public static (float[] Vectors, string[] Labels) Drinks()
    {
        var bytes = File.ReadAllBytes(TestFiles.Shared("reference/ppshitu-drink-index/vectors.f32"));
        return (System.Runtime.InteropServices.MemoryMarshal.Cast<byte, float>(bytes).ToArray(), File.ReadAllLines(TestFiles.Shared("reference/ppshitu-drink-index/labels.txt")));
    }

    public static GalleryView View(params float[] vector) => new(vector, "", "test");

    public static GalleryItem Item(string id, string? label = null, bool local = false) => new(id, label ?? id, null, local);

    public void Reopen()
    {
        Store.Dispose();
        Store = GalleryStore.Open(FilePath, Model, Store.Dimension);
    }

    public void Dispose()
    {
        Store.Dispose();
        Directory.Delete(_folder, recursive: true);
    }
}
