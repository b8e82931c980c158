using ShiTu.EndToEnd.Tests.Programs;
using ShiTu.TestKit;
using Xunit;

namespace ShiTu.EndToEnd.Tests;

/// <summary>The published x86-64-v3 build on a processor of 2008, as QEMU plays it.</summary>
public sealed class OldProcessorTests
{
    private const string Emulator = "qemu-x86_64";

    [Fact]
    public async Task The_v3_build_says_what_the_processor_lacks_and_which_build_to_install()
    {
        var agent = Path.Combine(TestFiles.Root, "artifacts", "linux-x64-v3", "shitu-edge");
        Assert.SkipUnless(File.Exists(agent), $"{agent} is not published; ./build.sh publish makes it.");
        var emulator = Environment.GetEnvironmentVariable("PATH")!.Split(':').Select(folder => Path.Combine(folder, Emulator)).FirstOrDefault(File.Exists);
        Assert.SkipWhen(emulator is null, $"{Emulator} is not on the PATH (apt-get install qemu-user).");
        await using var program = RunningProgram.Start(emulator!, ["-cpu", "Nehalem", agent, "--version"]);
        Assert.Equal(1, await program.ExitAsync(TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken));
        Assert.Contains("no AVX2", program.Errors, StringComparison.Ordinal);
        Assert.Contains("linux-x64 (", program.Errors, StringComparison.Ordinal);
        Assert.Equal("", program.Output);
    }
}
