using ShiTu.TestKit;
using Xunit;

namespace ShiTu.EndToEnd.Tests.Programs;

/// <summary>The published native binary, as a user installs it.</summary>
internal static class PublishedAgent
{
    /// <summary>The build this processor runs.</summary>
    public static string Path { get; } = Find();

    /// <summary>Starts a verb.</summary>
    public static RunningProgram Start(params IEnumerable<string> arguments)
    {
        Assert.SkipUnless(File.Exists(Path), $"{Path} is not published; ./build.sh publish makes it.");
        return RunningProgram.Start(Path, arguments);
    }

    /// <summary>Runs a verb to its end.</summary>
    public static async Task<(int ExitCode, string Output, string Errors)> RunAsync(IEnumerable<string> arguments, TimeSpan? limit = null)
    {
        await using var program = Start(arguments);
        var code = await program.ExitAsync(limit ?? TimeSpan.FromSeconds(120), TestContext.Current.CancellationToken);
        return (code, program.Output, program.Errors);
    }

    private static string Find()
    {
        var v3 = System.Runtime.Intrinsics.X86.Avx2.IsSupported && System.Runtime.Intrinsics.X86.Fma.IsSupported;
        return System.IO.Path.Combine(TestFiles.Root, "artifacts", v3 ? "linux-x64-v3" : "linux-x64", "shitu-edge");
    }
}
