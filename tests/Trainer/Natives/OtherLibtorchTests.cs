using System.Diagnostics;
using ShiTu.TestKit;
using SkiaSharp;
using Xunit;

namespace ShiTu.Trainer.Tests.Natives;

/// <summary>What SHITU_LIBTORCH does, with the package's own libtorch in the place of another.</summary>
public sealed class OtherLibtorchTests : IDisposable
{
    private static readonly string[] Libraries = ["libc10.so", "libtorch_cpu.so", "libtorch.so", "libtorch_global_deps.so", "libgomp-98b21ff3.so.1"];
    private readonly string _folder = Directory.CreateTempSubdirectory("other libtorch").FullName;
    private readonly string _package;
    private readonly string _other;

    public OtherLibtorchTests()
    {
        var link = new FileInfo(Path.Combine(AppContext.BaseDirectory, "libtorch.so"));
        Assert.SkipUnless(link.LinkTarget is not null, "These tests were themselves built with SHITU_LIBTORCH, or with copies.");
        _package = Path.GetDirectoryName(link.LinkTarget)!;
        _other = Directory.CreateDirectory(Path.Combine(_folder, "site packages", "torch", "lib")).FullName;
        foreach (var name in Libraries) File.CreateSymbolicLink(Path.Combine(_other, name), Path.Combine(_package, name));
    }

    private string Version => Path.GetFileName(Path.GetFullPath(Path.Combine(_package, "..", "..", "..")));

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    [Trait("Speed", "slow")]
    public void The_program_trains_with_it()
    {
        RequirePatchelf();
        File.WriteAllText(Path.Combine(_other, "..", "version.py"), $"from typing import Optional\n__version__ = '{Version}+cu128'\n");
        var program = Directory.CreateDirectory(Path.Combine(_folder, "program")).FullName;
        foreach (var file in Directory.EnumerateFiles(AppContext.BaseDirectory).Where(file => !Path.GetFileName(file).StartsWith("lib", StringComparison.Ordinal))) File.Copy(file, Path.Combine(program, Path.GetFileName(file)));
        foreach (var folder in Directory.EnumerateDirectories(AppContext.BaseDirectory, "runtimes")) Directory.CreateSymbolicLink(Path.Combine(program, "runtimes"), folder);
        foreach (var library in new[] { "libSkiaSharp.so", "libonnxruntime.so" }.Where(name => File.Exists(Path.Combine(AppContext.BaseDirectory, name)))) File.CreateSymbolicLink(Path.Combine(program, library), Path.Combine(AppContext.BaseDirectory, library));
        var (code, said) = Prepare(_other, program);
        Assert.True(code == 0, said);
        Assert.False(File.Exists(Path.Combine(program, "libtorch.so")));
        (code, said) = Run("dotnet", [Path.Combine(program, "shitu-train.dll"), "train", Recipe(), "--out", Path.Combine(_folder, "run")]);
        Assert.True(code == 0, said);
        Assert.Contains("final.ckpt: tensors", said, StringComparison.Ordinal);

        // Where TorchSharp does not find its library beside the program, it puts one together from the packages, here.
        Assert.False(Directory.Exists(Path.Combine(program, "cpu")));
    }

    [Fact]
    public void Another_version_is_refused()
    {
        File.WriteAllText(Path.Combine(_other, "..", "version.py"), "__version__ = '2.9.1+cu126'\n");
        var (code, said) = Prepare(_other, Path.Combine(_folder, "program"));
        Assert.NotEqual(0, code);
        Assert.Contains($"is libtorch 2.9.1; TorchSharp here is made for {Version}", said, StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_without_libtorch_and_none_at_all_are_refused()
    {
        Assert.Contains("has no libtorch.so", Prepare(Path.Combine(_other, ".."), Path.Combine(_folder, "program")).Said, StringComparison.Ordinal);
        Assert.Contains("no such folder", Prepare(Path.Combine(_folder, "nowhere"), Path.Combine(_folder, "program")).Said, StringComparison.Ordinal);
    }

    [Fact]
    public void A_library_that_it_lacks_is_named()
    {
        RequirePatchelf();
        var real = Directory.CreateDirectory(Path.Combine(_folder, "real")).FullName;
        foreach (var name in Libraries[..^1]) File.CreateSymbolicLink(Path.Combine(real, name), Path.Combine(_package, name));
        var (code, said) = Prepare(real, Path.Combine(_folder, "program"));
        Assert.NotEqual(0, code);
        Assert.Contains("libgomp-98b21ff3.so.1", said, StringComparison.Ordinal);
    }

    private static void RequirePatchelf() => Assert.SkipUnless(Environment.GetEnvironmentVariable("PATH")!.Split(':').Any(folder => File.Exists(Path.Combine(folder, "patchelf"))), "patchelf is not installed.");

    private static (int Code, string Said) Run(string command, string[] arguments, string other = "")
    {
        var start = new ProcessStartInfo(command, arguments) { RedirectStandardError = true };
        start.Environment["SHITU_LIBTORCH"] = other;
        using var process = Process.Start(start)!;
        var said = process.StandardError.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, said);
    }

    private (int Code, string Said) Prepare(string other, string program)
    {
        var packages = Path.GetFullPath(Path.Combine(_package, "..", "..", "..", "..", ".."));
        var sharp = Directory.EnumerateDirectories(Path.Combine(packages, "torchsharp")).Select(version => Path.Combine(version, "runtimes", "linux-x64", "native")).First(Directory.Exists);
        return Run(Path.Combine(TestFiles.Root, "trainer", "Natives", "prepare.sh"), [sharp, _package, program], other);
    }

    private string Recipe()
    {
        for (var i = 0; i < 4; i++)
        {
            using var bitmap = new SKBitmap(32, 32);
            bitmap.Erase(new SKColor((byte)(60 * i), 100, 200));
            using var data = bitmap.Encode(SKEncodedImageFormat.Png, 100);
            File.WriteAllBytes(Path.Combine(Directory.CreateDirectory(Path.Combine(_folder, "pictures", $"label {i % 2}")).FullName, $"{i}.png"), data.ToArray());
        }

        var recipe = Path.Combine(_folder, "recipe.json");
        File.WriteAllText(recipe, """
            { "name": "small", "threads": 1,
              "sources": [ { "name": "goods", "kind": "Folders", "path": "pictures", "side": 32, "classes": true } ],
              "stages": [ { "name": "labels", "steps": 2, "sizes": [32], "batch": 4, "per_class": 2 } ] }
            """);
        return recipe;
    }
}
