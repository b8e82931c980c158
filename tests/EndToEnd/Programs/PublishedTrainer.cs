using ShiTu.TestKit;
using Xunit;

namespace ShiTu.EndToEnd.Tests.Programs;

/// <summary>The published trainer, as a user runs it.</summary>
internal static class PublishedTrainer
{
    private static readonly string Program = Path.Combine(TestFiles.Root, "artifacts", "trainer", "shitu-train");

    /// <summary>Runs a verb to its end.</summary>
    public static async Task<(int ExitCode, string Output, string Errors)> RunAsync(IEnumerable<string> arguments, TimeSpan limit)
    {
        Assert.SkipUnless(File.Exists(Program), $"{Program} is not published; ./build.sh publish makes it.");
        await using var program = RunningProgram.Start(Program, arguments, new Dictionary<string, string>());
        var code = await program.ExitAsync(limit, TestContext.Current.CancellationToken);
        return (code, program.Output, program.Errors);
    }
}
