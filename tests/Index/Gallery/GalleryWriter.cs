using System.Globalization;
using System.Runtime.CompilerServices;
using ShiTu.Index.Gallery;

namespace ShiTu.Index.Tests.Gallery;

/// <summary>What the test program does when it is started as the victim of <see cref="GalleryCrashTests"/>: writes items without end, and says of each that it is safe.</summary>
internal static class GalleryWriter
{
    public const string Variable = "SHITU_TEST_GALLERY_WRITER";
    public const int Dimension = 512;

    public static string Id(int number) => $"item {number:000000}";

    /// <summary>Views of an item: many enough that a write takes a moment, and known from the item's number.</summary>
    public static GalleryView[] Views(int number)
    {
        var random = new Random(number);
        return [.. Enumerable.Range(0, 1 + (number % 12)).Select(_ => new GalleryView([.. Enumerable.Range(0, Dimension).Select(_ => random.NextSingle() - 0.5f)], "", "test"))];
    }

#pragma warning disable CA2255 // The test framework owns Main; this must come before it.
    [ModuleInitializer]
    public static void Run()
    {
        if (Environment.GetEnvironmentVariable(Variable) is not { Length: > 0 } path)
        {
            return;
        }

        using var store = GalleryStore.Open(path, TemporaryGallery.Model, Dimension);
        using var output = new StreamWriter(Console.OpenStandardOutput()) { AutoFlush = true };
        for (var number = store.ItemCount; number < 100_000; number++)
        {
            store.Add(new GalleryItem(Id(number), $"label {number % 50}", null, false), Views(number));
            output.WriteLine(number.ToString(CultureInfo.InvariantCulture));
        }

        Environment.Exit(3);
    }
#pragma warning restore CA2255
}
