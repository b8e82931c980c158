using System.Diagnostics;
using System.Globalization;
using ShiTu.Index.Gallery;
using Xunit;

namespace ShiTu.Index.Tests.Gallery;

public sealed class GalleryCrashTests
{
    [Fact]
    public void Nothing_acknowledged_is_lost_when_the_writer_is_killed_five_times() => KillWriters(5);

    [Fact]
    [Trait("Speed", "slow")]
    public void Nothing_acknowledged_is_lost_when_the_writer_is_killed_a_hundred_times() => KillWriters(100);

    private static void KillWriters(int times)
    {
        using var gallery = new TemporaryGallery(GalleryWriter.Dimension);
        gallery.Store.Dispose();
        var random = new Random(times);
        var safe = 0;
        for (var round = 0; round < times; round++)
        {
            safe = Math.Max(safe, KillWriter(gallery.FilePath, acknowledged: random.Next(1, 12), spin: random.Next(0, 40_000)));
            gallery.Reopen();
            var written = gallery.Store.ItemCount;
            Assert.InRange(written, safe, safe + 1);
            Assert.Equal(written, gallery.Store.Generation);
            Assert.Empty(gallery.Store.Verify());
            for (var number = Math.Max(0, safe - 15); number < written; number++)
            {
                var expected = GalleryWriter.Views(number);
                var actual = gallery.Store.Views(GalleryWriter.Id(number));
                Assert.Equal(expected.Length, actual.Count);
                Assert.Equal(1f, System.Numerics.Tensors.TensorPrimitives.CosineSimilarity<float>(expected[^1].Vector, actual[^1].Vector), 1e-5f);
            }

            gallery.Store.Dispose();
            safe = written;
        }

        gallery.Reopen();
        Assert.True(safe >= times, $"{safe} items after {times} kills");
    }

    /// <summary>Starts a writer, waits until it has acknowledged so many writes, and kills it a moment later; how many items are safe.</summary>
    private static int KillWriter(string path, int acknowledged, int spin)
    {
        var start = new ProcessStartInfo("dotnet", [typeof(GalleryCrashTests).Assembly.Location]) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment[GalleryWriter.Variable] = path;
        using var writer = Process.Start(start)!;
        var safe = 0;
        while (acknowledged-- > 0)
        {
            if (writer.StandardOutput.ReadLine() is not { } line)
            {
                Assert.Fail($"The writer ended by itself: {writer.StandardError.ReadToEnd()}");
            }
            else
            {
                safe = int.Parse(line, CultureInfo.InvariantCulture) + 1;
            }
        }

        Thread.SpinWait(spin);
        writer.Kill();
        while (writer.StandardOutput.ReadLine() is { } line)
        {
            safe = int.Parse(line, CultureInfo.InvariantCulture) + 1;
        }

        writer.WaitForExit();
        return safe;
    }
}
