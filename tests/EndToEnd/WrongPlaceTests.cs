using ShiTu.EndToEnd.Tests.Programs;
using ShiTu.Index.Gallery;
using ShiTu.TestKit;
using ShiTu.TestKit.Disks;
using SkiaSharp;
using Xunit;

namespace ShiTu.EndToEnd.Tests;

/// <summary>Disks, rights and processors that the published binary cannot work with.</summary>
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

        var added = _place.Write("two.txt", Enumerable.Range(0, 40).Select(i => $"{_place.Draw($"{i}.png", new SKColor((byte)(i * 6), 40, 200))}\tblue {i}"));
        await PublishedAgent.RefuseAsync(6, ["gallery", "add", added, "-g", gallery], "g.db", "space");
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

    [Fact]
    public async Task The_v3_build_says_what_a_processor_without_avx2_lacks()
    {
        Assert.SkipUnless(System.Runtime.Intrinsics.X86.Avx2.IsSupported, "This processor has no AVX2 to hide.");
        var v3 = Path.Combine(TestFiles.Root, "artifacts", "linux-x64-v3", "shitu-edge");
        Assert.SkipUnless(File.Exists(v3), $"{v3} is not published; ./build.sh publish makes it.");
        await using var program = RunningProgram.Start(v3, ["doctor"], new Dictionary<string, string> { ["DOTNET_EnableAVX2"] = "0" });
        var code = await program.ExitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);
        Assert.NotEqual(0, code);
        Assert.Contains("instruction set", program.Errors + program.Output, StringComparison.OrdinalIgnoreCase);
    }

    public void Dispose() => _place.Dispose();
}
