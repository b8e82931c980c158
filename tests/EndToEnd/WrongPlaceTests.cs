using ShiTu.EndToEnd.Tests.Programs;
using ShiTu.Index.Gallery;
using ShiTu.TestKit.Disks;
using SkiaSharp;
using Xunit;

namespace ShiTu.EndToEnd.Tests;

/// <summary>Disks and folders that the published binary cannot write to.</summary>
public sealed class WrongPlaceTests : IDisposable
{
    private readonly Workplace _place = new();

    [Fact]
    public async Task A_full_disk_is_named_and_what_was_enrolled_before_is_kept()
    {
        using var disk = SmallDisk.Mount("1m");
        var gallery = Path.Combine(disk.Folder, "g.db");
        var one = _place.Write("one.txt", $"{_place.Draw("red.png", SKColors.Red)}\tred");
        var built = await PublishedAgent.RunAsync(["gallery", "build", one, "-g", gallery]);
        Assert.True(built.ExitCode == 0, built.Errors);
        using (var filler = File.Create(Path.Combine(disk.Folder, "filler")))
        {
            var block = new byte[4096];
            try
            {
                while (true)
                {
                    filler.Write(block);
                    filler.Flush(flushToDisk: true);
                }
            }
            catch (IOException)
            {
            }
        }

        var added = Enumerable.Range(0, 10).Select(i => _place.Draw($"{i}.png", new SKColor((byte)(i * 20), 40, 200)));
        await PublishedAgent.RefuseAsync(6, ["gallery", "add", "blue", .. added, "-g", gallery], "g.db", "space");
        File.Delete(Path.Combine(disk.Folder, "filler"));
        using var kept = GalleryStore.OpenReadOnly(gallery);
        Assert.Contains("red", kept.Items().Select(item => item.Label));
        Assert.Empty(kept.Verify());
    }

    [Fact]
    public async Task A_folder_that_may_not_be_written_is_named()
    {
        using var disk = SmallDisk.Mount("1m");
        disk.Remount("ro");
        var list = _place.Write("one.txt", $"{_place.Draw("red.png", SKColors.Red)}\tred");
        await PublishedAgent.RefuseAsync(6, ["gallery", "build", list, "-g", Path.Combine(disk.Folder, "g.db")], disk.Folder);
    }

    public void Dispose() => _place.Dispose();
}
